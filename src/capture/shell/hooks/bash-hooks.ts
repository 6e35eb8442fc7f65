import { markerForPrintf } from "../../../format/terminal-stream/marker.ts";
import { identityLines, type HookOptions } from "./hook-options.ts";

/** Variables that change by themselves: a dump with them would differ at every prompt. */
const VOLATILE =
  "RANDOM SRANDOM SECONDS EPOCHSECONDS EPOCHREALTIME LINENO BASHPID BASH_SUBSHELL BASH_COMMAND HISTCMD BASH_ARGC BASH_ARGV BASH_ARGV0" +
  " BASH_LINENO BASH_SOURCE FUNCNAME DIRSTACK GROUPS PIPESTATUS COMP_WORDBREAKS _" +
  " __cooper_x __cooper_j __cooper_d __cooper_l";

/**
 * The hooks of bash 4.4 and later: PS0 tells what runs, PROMPT_COMMAND how it ended and what the shell is now. No DEBUG trap. All
 * goes to the terminal, past the user's redirections and out of a trace's sight, and the status that the user sees is kept.
 */
export function bashHooks(options: HookOptions): string {
  const mark = (rest: string): string => markerForPrintf(options.nonce, rest);
  return `__cooper_0() { set +xv; unset HISTTIMEFORMAT; set -- "\${EPOCHREALTIME-}"
\\builtin printf '${mark("S;%s")}' "$1"; \\builtin history 1; \\builtin printf '${mark("Z")}'; } >/dev/tty
__cooper_p() { local __cooper_x=$? __cooper_o=$SHELLOPTS - __cooper_d __cooper_j
\\set +aefuvx; __cooper_j=$!
case $PS0 in *__cooper_0*) ;; *) PS0='$({ __cooper_0;} 2>/dev/null)'$PS0;; esac
[[ $__cooper_m ]] && case $__cooper_m in x*) PS1=\${PS1%"\${__cooper_m#x}"}; \\unset __cooper_m;; *) __cooper_m=x$__cooper_m;; esac
__cooper_d=$(\\builtin printf '%s\\n' "$PWD"; umask
\\builtin unset -v ${VOLATILE}; \\builtin unset -f __cooper_p __cooper_0
\\builtin printf '\\036\\n'; \\builtin declare -p; \\builtin printf '\\036\\n'; \\builtin declare -f; \\builtin printf '\\036\\n'
\\builtin alias -p; \\builtin printf '\\036\\n%s\\n%s\\n' "$__cooper_o" "$BASHOPTS")
__cooper_d=\${__cooper_d/"BASH_LINENO=([0]=\\"\${BASH_LINENO[0]}\\")"/}
if [[ $__cooper_d != "$__cooper_l" ]]; then __cooper_l=$__cooper_d
\\builtin printf '${mark("D")}%s${mark("Z;%s")}' "$__cooper_d" "\${#__cooper_d}"; fi
\\builtin printf '${mark("P;%s;%s")}' "$__cooper_x" "$__cooper_j"
\\return "$__cooper_x"; } >/dev/tty
unset __cooper_l __cooper_m
if [[ \${BASH_VERSINFO[0]} -gt 5 || \${BASH_VERSINFO[0]}\${BASH_VERSINFO[1]} -ge 51 ]]
then PROMPT_COMMAND[7770]='{ __cooper_p;} 2>/dev/null'
else PROMPT_COMMAND='{ __cooper_p;} 2>/dev/null'$'\\n'$PROMPT_COMMAND; fi
__cooper_d=$(unset HISTTIMEFORMAT; history 1)
case $__cooper_d in *"${options.token}"*) __cooper_d=\${__cooper_d#"\${__cooper_d%%[! ]*}"}; history -d "\${__cooper_d%%[ *]*}";; esac
unset __cooper_d
__cooper_m='\\[\\e]7770;${options.nonce};E\\a\\]'; PS1=$PS1$__cooper_m
${identityLines(options, "bash", "$(shopt -q login_shell && echo login)")}`;
}
