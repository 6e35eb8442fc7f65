export const COMPLETED_SHELLS = ["bash", "zsh", "fish"] as const;

export type CompletedShell = (typeof COMPLETED_SHELLS)[number];

/** Programs of this package whose words are completed. */
const PROGRAMS = ["cooper", "dodo"];

const ASK = `cooper complete --`;

const BASH = `# Completion of cooper for bash: source this file.
_cooper() {
  local line files= cur=\${COMP_WORDS[COMP_CWORD]}
  COMPREPLY=()
  while IFS= read -r line; do
    if [ "$line" = $'\\tfiles' ]; then files=1; continue; fi
    line=\${line%%$'\\t'*}
    case $line in */) compopt -o nospace ;; esac
    COMPREPLY+=("$(printf %q "$line")")
  done < <(${ASK} "\${COMP_WORDS[@]:0:COMP_CWORD+1}" 2>/dev/null)
  if [ -n "$files" ]; then
    compopt -o filenames
    while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$cur")
  fi
}
complete -F _cooper ${PROGRAMS.join(" ")}
`;

const ZSH = `#compdef ${PROGRAMS.join(" ")}
# Completion of cooper for zsh: source this file after compinit, or put it into $fpath as _cooper.
_cooper() {
  local line word files= tab=$'\\t'
  local -a folders shown described
  for line in "\${(@f)$(${ASK} "\${(@)words[1,CURRENT]}" 2>/dev/null)}"; do
    if [[ $line == "\${tab}files" ]]; then files=1; continue; fi
    word=\${line%%$tab*}
    [[ -z $word ]] && continue
    if [[ $word == */ ]]; then folders+=("$word"); else shown+=("$word"); described+=("$word  \${line#*$tab}"); fi
  done
  (( $#folders )) && compadd -S '' -a folders
  (( $#shown )) && compadd -l -d described -a shown
  [[ -n $files ]] && _files
}
(( $+functions[compdef] )) && compdef _cooper ${PROGRAMS.join(" ")}
`;

const FISH = `# Completion of cooper for fish: source this file, or put it into ~/.config/fish/completions.
function __cooper_complete
  for line in (${ASK} (commandline -opc) (commandline -ct) 2>/dev/null)
    if test "$line" = \\tfiles
      __fish_complete_path (commandline -ct)
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
