import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { isPosix } from "./portable.ts";

/** Texts that every shell runs alike; dash and bash are asked whether that is so. */
const PORTABLE = [
  "echo plain 'single $x' \"double\"",
  'x=5; echo "$x" ${x:-none} ${x#5} ${#x}',
  "printf '%s\\n' 'a\\b' 'c d'",
  "for i in 1 2 3; do printf '%s,' \"$i\"; done",
  'f() { echo "in $1"; }; f x',
  "if [ 1 -lt 2 ] && [ a = a ]; then echo yes; else echo no; fi",
  "case abc in a*) echo star;; *) echo other;; esac",
  "cat <<'EOF'\n$HOME \\n `x`\nEOF",
  "cat <<EOF\n$((1 + 2)) $(echo sub)\nEOF",
  "echo out 2>&1 >&2 | cat",
  "! false && echo negated",
  "(cd /usr && pwd); pwd | wc -l",
  'set -- a b; shift; echo "$1" $#',
  "export A=b; sh -c 'echo $A'",
  'B="x y"; export C="$B"; sh -c \'echo "$C"\'',
  "while read -r line; do printf '<%s>' \"$line\"; done <<'E'\na\\b\n c\nE",
  "trap 'echo bye' EXIT",
  "unset NONE; echo ${NONE:-default}",
  "echo '#' a#b # comment",
  "echo $((7 % 4 << 1))",
  "umask 022; umask",
  "{ echo a; echo b; } | tail -n 1",
  "x=$(printf 'a\\n\\n'); printf '[%s]' \"$x\"",
  "test -n a -a 1 = 1 && echo both",
  "local_name=1; echo ~root",
];

const ONLY_BASH = [
  "echo {a,b}",
  "echo $'a\\tb'",
  "[[ a == a* ]]",
  "((1 + 1))",
  "a=(1 2)",
  "a+=x",
  "source ./x",
  "diff <(a) <(b)",
  "tr a b <<< x",
  "for ((i=0;i<3;i++)); do :; done",
  "select x in a; do break; done",
  "echo ${x/a/b}",
  "echo ${x:1:2}",
  "echo ${x^^}",
  "echo ${!x}",
  "a &> b",
  "a |& b",
  "function f { :; }",
  "my-fn() { :; }",
  "[ a == b ]",
  "echo -e 'a\\tb'",
  "echo 'a\\tb'",
  "echo $(cat x)",
  "printf '%q' x",
  "printf '\\x41'",
  "read",
  "read -p x y",
  "set -o pipefail",
  "shopt -s extglob",
  "declare x=1",
  "export X=$Y",
  "time ls",
  "echo $RANDOM",
  "echo $((2**3))",
  "i=0; echo $((i++))",
  "rm !(x)",
  "kill %1",
  "trap x ERR",
  "echo [^a]",
  "pushd /",
  ". file",
  "coproc x { :; }",
  "echo 'unfinished",
];

test.each(PORTABLE)("portable: %s", (text) => {
  expect(isPosix(text)).toBe(true);
  const run = (shell: string): string => execFileSync(shell, ["-c", text], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  expect(run("dash")).toBe(run("bash"));
});

test.each(ONLY_BASH)("bash only: %s", (text) => {
  expect(isPosix(text)).toBe(false);
});
