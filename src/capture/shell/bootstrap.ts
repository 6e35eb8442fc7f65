import { readingLine } from "./hooks/hook-options.ts";

/** The shells that can be recorded, in the order in which they are looked for after the user's own. */
export const SHELLS = ["bash", "zsh", "ash", "dash", "sh"] as const;

const RC_FILE = "/dev/fd/9";

/** The arguments of a process that the recorded shell made of itself (a job in parentheses), as they would be without the recorder. */
export function withoutOwnArguments(argv: readonly string[]): readonly string[] {
  const [shell = "", option, file, ...rest] = argv;
  return option === "--rcfile" && file === RC_FILE ? [shell, ...rest] : argv;
}

/**
 * A script for `sh -c` that becomes the user's shell: `wanted`, else the login shell of /etc/passwd, else the first that is there. The
 * shell reads its own start-up files and then its hooks from the terminal; nothing secret stands here, and no file is made.
 */
export function bootstrapScript(token: string, wanted: string | null): string {
  return `w='${(wanted ?? "").replaceAll("'", "'\\''")}'
if [ -z "$w" ] && [ -r /etc/passwd ]; then u=$(id -u 2>/dev/null); while IFS=: read -r a b c d e f g; do
if [ "$c" = "$u" ]; then w=$g; break; fi; done </etc/passwd
case $w in */bash|*/zsh|*/ash|*/dash|*/sh|*/rbash) [ -x "$w" ] || w=;; *) w=;; esac; fi
[ -n "$w" ] || for s in ${SHELLS.join(" ")}; do if command -v "$s" >/dev/null 2>&1; then w=$s; break; fi; done
case \${w##*/} in
bash) exec "$w" --rcfile ${RC_FILE} 9<<'E'
exec 9<&-
if [ -f ~/.bashrc ]; then . ~/.bashrc; fi
${readingLine(token)}
E
;;
zsh) exec "$w" -i;;
*) COOPER_E=$ENV; ENV=${RC_FILE}; export ENV COOPER_E; exec "$w" -i 9<<'E'
exec 9<&-
if [ -n "$COOPER_E" ]; then ENV=$COOPER_E; if [ -f "$ENV" ]; then . "$ENV"; fi; else unset ENV; fi; unset COOPER_E
${readingLine(token)}
E
esac`;
}
