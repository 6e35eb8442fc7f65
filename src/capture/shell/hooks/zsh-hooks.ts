import { markerForPrintf } from "../../../format/terminal-stream/marker.ts";
import { identityLines, type HookOptions } from "./hook-options.ts";

/** Variables that change by themselves, as a pattern: a dump with them would differ at every prompt. */
const VOLATILE = "RANDOM|SECONDS|EPOCHSECONDS|EPOCHREALTIME|LINENO|HISTCMD|TTYIDLE|ERRNO|TRY_BLOCK_*|_|__cooper_*";

/** The hooks of zsh: functions in the arrays preexec_functions and precmd_functions, as frameworks add theirs. */
export function zshHooks(options: HookOptions): string {
  const mark = (rest: string): string => markerForPrintf(options.nonce, rest);
  return `__cooper_0() { { emulate -L zsh; \\builtin printf '${mark("S")}%s${mark("Z")}' "\${1:-$3}"; } 2>/dev/null >/dev/tty; }
__cooper_p() { local __cooper_x=$? __cooper_j=$! __cooper_o; { __cooper_o="$(setopt)"; emulate -L zsh; local __cooper_d
if [[ -n \${__cooper_m-} ]]; then if [[ $__cooper_m == x* ]]; then PS1=\${PS1%"\${__cooper_m#x}"}; \\builtin unset __cooper_m; else __cooper_m=x$__cooper_m; fi; fi
__cooper_d=$(\\builtin printf '%s\\n' "$PWD"; umask; \\builtin printf '\\036\\n'
setopt extendedglob; \\builtin unfunction __cooper_p __cooper_0
\\builtin typeset -pm '^(${VOLATILE})'; \\builtin printf '\\036\\n'; \\builtin functions; \\builtin printf '\\036\\n'
\\builtin alias -L; \\builtin printf '\\036\\n%s\\n' "$__cooper_o")
if [[ $__cooper_d != "\${__cooper_l-}" ]]; then __cooper_l=$__cooper_d
\\builtin printf '${mark("D")}%s${mark("Z;%s")}' "$__cooper_d" "\${#__cooper_d}"; fi
\\builtin printf '${mark("P;%s;%s")}' "$__cooper_x" "$__cooper_j"; } 2>/dev/null >/dev/tty
return $__cooper_x; }
typeset -ga precmd_functions preexec_functions
precmd_functions=(__cooper_p \${precmd_functions:#__cooper_p}); preexec_functions=(__cooper_0 \${preexec_functions:#__cooper_0})
typeset -g __cooper_l= __cooper_m=$'%{\\e]7770;${options.nonce};E\\a%}'; PS1=$PS1$__cooper_m
if [[ "$(fc -ln $HISTCMD $HISTCMD 2>/dev/null)" == *${options.token}* ]]; then __cooper_d=$SAVEHIST; SAVEHIST=0
if [[ -n \${HISTFILE-} ]]; then fc -p "$HISTFILE" $HISTSIZE $__cooper_d; else __cooper_l=$HISTSIZE; fc -p; HISTSIZE=$__cooper_l; SAVEHIST=$__cooper_d; __cooper_l=; fi
unset __cooper_d; fi
${identityLines(options, "zsh", "$([[ -o login ]] && echo login)")}`;
}
