import { markerForPrintf, markerText } from "../../../format/terminal-stream/marker.ts";
import { identityLines, type HookOptions } from "./hook-options.ts";

/**
 * The hooks of shells that have nothing but prompts (dash, busybox ash, a plain sh): PS1 tells how a command ended and what the
 * shell is now, PS2 that it waits for the rest of one. What they run is read from the keys.
 */
export function posixHooks(options: HookOptions): string {
  const mark = (rest: string): string => markerForPrintf(options.nonce, rest);
  const raw = (rest: string): string =>
    markerText(options.nonce, rest).replace("\u001B", "'\"$(printf '\\033')\"'").replace("\u0007", "'\"$(printf '\\007')\"'");
  return `__cooper_p() {
{ printf '${mark("D")}'; printf '%s\\n' "$PWD"; umask; unset __cooper_k __cooper_a __cooper_b _ 2>/dev/null; printf '\\036\\n'; set; printf '\\036\\n'
export -p; printf '\\036\\n'; alias; printf '\\036\\n'; set -o; printf '${mark("Z")}${mark("P;%s;%s")}' "$1" "$2"; } >/dev/tty; }
__cooper_k=sh; __cooper_a=; __cooper_b=
case $(readlink /proc/$$/exe 2>/dev/null) in */dash) __cooper_k=dash;; *busybox*) __cooper_k=ash; case \${PS1-} in *'\\w'*) __cooper_a='\\['; __cooper_b='\\]';; esac;; esac
PS1='$({ __cooper_p "$?" "\${!-}" || :;} 2>/dev/null)'"\${PS1-\\$ }$__cooper_a"'${raw("E")}'"$__cooper_b"
PS2="$__cooper_a"'${raw("C")}'"$__cooper_b\${PS2-> }"
${identityLines(options, "'\"$__cooper_k\"'", "")}
unset __cooper_k __cooper_a __cooper_b`;
}
