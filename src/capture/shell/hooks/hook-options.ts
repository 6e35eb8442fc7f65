import { markerForPrintf } from "../../../format/terminal-stream/marker.ts";

export interface HookOptions {
  /** Proves that an event comes from this shell; never in an argument list or the environment. */
  readonly nonce: string;
  /** The one-time word of the line that reads the hooks, by which the shell's history is rid of it. */
  readonly token: string;
}

/** Lines that tell who runs this shell: process, uid, gid, groups, user, home, login; a text per line. */
export function identityLines(options: HookOptions, kind: string, login: string): string {
  const mark = (rest: string): string => markerForPrintf(options.nonce, rest);
  return `printf '${mark(`I;${kind}`)}%s\\n%s\\n%s\\n%s\\n%s\\n%s\\n%s\\n${mark("Z")}' "$$" "$(id -u 2>/dev/null)" "$(id -g 2>/dev/null)" \\
"$(id -G 2>/dev/null)" "$(id -un 2>/dev/null)" "\${HOME-}" "${login}" >/dev/tty`;
}

/** The line, typed or in a start-up file, that makes a shell say how its last command ended, what it is and that it waits, and then read the hooks from its terminal. */
export function readingLine(token: string): string {
  return `printf '${markerForPrintf(token, "R;%s;%s;%s")}' "$?" "\${BASH_VERSION-}" "\${ZSH_VERSION-}";. /dev/tty`;
}
