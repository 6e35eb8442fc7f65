/** A command of a container, as the API's request names it. */
export interface ExecWish {
  readonly container: string;
  readonly argv: readonly string[];
  readonly tty: boolean;
  readonly stdin: boolean;
  readonly env: readonly string[];
  readonly user: string;
  readonly workdir: string;
}

/** The words of `exec` for it. */
export function execWords({ container, argv, tty, stdin, env, user, workdir }: ExecWish): readonly string[] {
  return [
    "exec",
    ...(stdin ? ["-i"] : []),
    ...(tty ? ["-t"] : []),
    ...env.flatMap((one) => ["-e", one]),
    ...(user === "" ? [] : ["-u", user]),
    ...(workdir === "" ? [] : ["-w", workdir]),
    container,
    ...argv,
  ];
}

/**
 * Runs such words, behind columns and rows, in a terminal that passes each byte as it is, after a line that names the terminal; what the program itself complains of, and the
 * exit code that only its complaint tells, come at the end.
 */
export const IN_TERMINAL = `stty raw -echo cols "$1" rows "$2"; shift 2; said=$(mktemp) || exit 125
printf '%s\\n' "$(tty)"
"$0" "$@" 2>"$said"; code=$?
text=$(cat "$said"); rm -f "$said"
case $text in *'exec failed with exit code '*) code=\${text##*exec failed with exit code }; code=\${code%%[!0-9]*};; ?*) printf '%s' "$text";; esac
exit "$code"`;
