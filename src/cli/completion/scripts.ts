export const COMPLETED_SHELLS = ["bash", "zsh", "fish"] as const;

export type CompletedShell = (typeof COMPLETED_SHELLS)[number];

/** Programs of this package whose words are completed. */
const PROGRAMS = ["cooper", "dodo"];

const ASK = `cooper complete --`;

// Bash gives the words as they are typed, and cut at colons too: the line tells more.
const BASH = `# Completion of cooper for bash: source this file.
_cooper() {
  local line files=
  COMPREPLY=()
  while IFS= read -r line; do
    if [ "$line" = $'\\tfiles' ]; then files=1; continue; fi
    line=\${line%%$'\\t'*}
    case $line in */) compopt -o nospace ;; esac
    COMPREPLY+=("$line")
  done < <(cooper complete --bash "$2" -- "\${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
  if [ -n "$files" ] && [ \${#COMPREPLY[@]} = 0 ]; then compopt -o default; fi
}
complete -F _cooper ${PROGRAMS.join(" ")}
`;

const ZSH = `#compdef ${PROGRAMS.join(" ")}
# Completion of cooper for zsh: source this file after compinit, or put it into $fpath as _cooper.
_cooper() {
  local line word files= tab=$'\\t'
  local -a typed folders shown described
  typed=("\${(@Q)words[1,CURRENT-1]}" "\${(Q)PREFIX}")
  for line in "\${(@f)$(${ASK} "\${(@)typed}" 2>/dev/null)}"; do
    if [[ $line == "\${tab}files" ]]; then files=1; continue; fi
    word=\${line%%$tab*}
    [[ -z $word ]] && continue
    if [[ $word == */ ]]; then folders+=("$word"); else shown+=("$word"); described+=("$word  \${line#*$tab}"); fi
  done
  (( $#folders )) && compadd -S '' -a folders
  (( $#shown )) && compadd -l -d described -a shown
  if [[ -n $files ]]; then
    [[ $PREFIX == --*=* ]] && compset -P '*='
    _files
  fi
}
(( $+functions[compdef] )) && compdef _cooper ${PROGRAMS.join(" ")}
`;

const FISH = `# Completion of cooper for fish: source this file, or put it into ~/.config/fish/completions.
function __cooper_complete
  set -l typed (commandline -ct)
  set -l word $typed
  for close in '' "'" '"'
    if set -l plain (string unescape -- "$typed$close")
      set word "$plain"
      break
    end
  end
  for line in (${ASK} (commandline -opc) "$word" 2>/dev/null)
    if test "$line" = \\tfiles
      set -l before (string match -r -- '^--[^=]*=' "$word")
      __fish_complete_path (string replace -r -- '^--[^=]*=' '' "$word") | string replace -r -- '^' "$before"
    else
      echo $line
    end
  end
end
${PROGRAMS.map((program) => `complete -c ${program} -f -a '(__cooper_complete)'`).join("\n")}
`;

/** The script that gives a shell completion; it asks cooper itself what may come next. */
export function completionScript(shell: CompletedShell): string {
  return { bash: BASH, zsh: ZSH, fish: FISH }[shell];
}
