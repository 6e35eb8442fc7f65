import type { TestStep } from "../../src/draft/test-history.ts";

/** One command that is hard to carry through a Dockerfile, with what its shell knew. Files it makes are compared. */
export interface HardRow {
  readonly typed: string;
  /** What bash is told first, for the judge. */
  readonly setup?: string;
  /** The same as recorded state, for the Draft. */
  readonly state?: Partial<TestStep>;
  readonly user?: "app";
  readonly exit?: number;
  readonly background?: boolean;
}

const ARRAY: Partial<TestStep> = {
  change: {
    variables: {
      a: {
        kind: "array",
        value: [
          ["0", "x"],
          ["3", "y 'z' $q"],
        ],
        exported: false,
      },
    },
  },
};

/** One line each, and portable: they stay in RUN's shell form under the image's own shell. */
export const PORTABLE_ROWS: readonly HardRow[] = [
  { typed: `echo 'single "double" $HOME' "it's $(printf 'a b')" > out` },
  { typed: `printf '%s\\n' 'key = "va lue"' 'path=C:\\dir\\n' '# comment' > out` },
  { typed: `printf '%s|' a\\ b 'c\\' "d\\\\" > out; echo e >> out` },
  { typed: `echo ünïcödé 日本語 😀 > 'näme with space'` },
  { typed: `echo '# not a comment' > out # a comment` },
  { typed: `[ -d . ] && echo yes > out || echo no > out` },
  { typed: `false; echo after > out` },
  { typed: `for i in 1 2 3; do printf '%s\\n' "$i" >> out; done`, state: { sets: { i: "9" } } },
  { typed: `for i in 1 2\ndo\n  # each\n  printf '%s\\n' "$i" >> out\ndone` },
  { typed: `if [ -e nothing ]\nthen\n  echo a > out\nelse\n  echo b > out # b\nfi` },
  { typed: `case x in\n  x) echo ex > out ;;\n  *) echo other > out\nesac` },
  { typed: `printf '%s\\n' one \\\n  two > out` },
  { typed: `printf '%s' "$X" > out`, setup: `X="a 'b' \\"c\\" \\$d \\\\"`, state: { sets: { X: `a 'b' "c" $d \\` } } },
  {
    typed: `env | grep ^GIVEN= > out`,
    setup: `export GIVEN='x  y'`,
    state: { exports: { GIVEN: "x  y" } },
  },
  { typed: `mkdir d; touch d/f; ls -d d > out`, setup: `umask 027`, state: { umask: "0027" } },
  { typed: `touch plain; mkdir plaind` },
  { typed: `echo kept > out; ls nothing`, exit: 2 },
  { typed: `echo kept > out && ls nothing`, exit: 2 },
  { typed: `(sleep 0.2; echo late > out) &`, background: true },
  { typed: `sleep 0.2 && echo late > out &`, background: true },
  { typed: `echo a > one & echo b > two &`, background: true },
  { typed: `cd /usr; pwd > /t/cd-out; cd - > /dev/null` },
  { typed: `echo ~ > out; id -un >> out; pwd >> out; umask >> out`, user: "app" },
  { typed: `echo "$HOME" > out`, setup: `HOME=/tmp`, state: { exports: { HOME: "/tmp" } } },
  {
    typed: `greet you > out`,
    setup: `greet() { hello "$1" '!'; }\nhello() { echo "hello $@"; }`,
    state: { functions: { greet: `greet () \n{ \n    hello "$1" '!'\n}`, hello: `hello () \n{ \n    echo "hello $@"\n}` } },
  },
  {
    typed: `put out < /etc/hostname-none; echo x | put out`,
    setup: `shopt -s expand_aliases\nalias put='tee -a '`,
    state: { aliases: { put: "tee -a " } },
  },
  { typed: `printf 'tab\\there\\n' > 'tab\there'` },
  { typed: `echo a\\\\ > out; echo trailing \\\\` },
  { typed: `ls \\` + `\n  -d . > out` },
  { typed: `! false > out` },
  { typed: `printf '%s\\n' "\${X:-none}" > out`, state: { unsets: ["X"] } },
];

/** One line each, and bash's own: RUN's shell form under a bash SHELL. */
export const BASH_ROWS: readonly HardRow[] = [
  { typed: `echo "it's \\"quoted\\" \\$HOME \\\\n 100%" > out` },
  { typed: `mkdir -p {a,b}/{c,d} && touch a/{1..3}` },
  { typed: `tr a-z A-Z <<< 'shout it' > out` },
  { typed: `diff <(seq 3) <(seq 4) > out`, exit: 1 },
  { typed: `[[ abc == a* ]] && echo glob > out` },
  { typed: `printf '%s\\n' "\${a[@]}" "\${!a[@]}" > out`, setup: `a=([0]=x [3]="y 'z' \\$q")`, state: ARRAY },
  { typed: `declare -A m=([k]='v w'); echo "\${m[k]}" > out` },
  { typed: `false | true || echo failed > out`, setup: `set -o pipefail`, state: { options: { pipefail: true } } },
  { typed: `false | true && echo went > out` },
  { typed: `echo -e 'a\\tb' > out; echo -n x >> out` },
  { typed: `x=$'tab\\there'; echo "$x" > out` },
  { typed: `time true &> out2; echo \${#PATH} > /dev/null; echo done > out` },
  { typed: `for ((i=0;i<3;i++)); do echo $((i**2)) >> out; done` },
  { typed: `source /etc/os-release; echo "$ID" > out` },
  { typed: `select x in a; do break; done < /dev/null; echo "\${RANDOM:+r}" > out` },
  { typed: `ls -d *.{x,y} 2> /dev/null; shopt -s nullglob; echo *.none > out; shopt -u nullglob` },
  { typed: `function my-fn { echo "$FUNCNAME" > out; }; my-fn` },
  { typed: `cat > out <<< "$USER-\${UID}"`, user: "app", state: { exports: { USER: "app" } } },
];

/** With newlines that count: they need RUN's exec form. */
export const LONG_ROWS: readonly HardRow[] = [
  {
    typed: `cat > out <<'EOF'\n$HOME \`date\` $(id) \${X:-y} \\ \\\\ "q" 'r'\n\n# hash line\n  indented\ttab\ntrailing backslash \\\nend\nEOF`,
  },
  {
    typed: `cat <<EOF | tee -a out > /dev/null\nhost=$(echo box)\nvalue="$V" \\$V \\\\\nEOF`,
    setup: `V='a"b'`,
    state: { sets: { V: 'a"b' } },
  },
  { typed: `cat <<-A <<B > out\n\ttabbed\n\tA\nsecond\nB` },
  { typed: `echo 'line one\n# line two\n\n  line four' > out` },
  { typed: `printf '%s' "$N" > out`, setup: `N=$'a\\nb\\n'`, state: { sets: { N: "a\nb\n" } } },
  { typed: `long() {\n  cat > "$1" <<'IN'\n# inside\nIN\n  echo 'a\nb' >> "$1"\n}\nlong out` },
  { typed: `while read -r l; do echo "<$l>"; done <<'E' > out\na\\b\n c\nE` },
  { typed: `cat > out <<'E' && ls nothing\nkept\nE`, exit: 2 },
  { typed: `cat > out <<'E' &\nlate\nE`, background: true },
  { typed: `touch keep gone; rm !(keep)`, setup: `shopt -s extglob`, state: { options: { "shopt:extglob": true } } },
  { typed: `printf '\\e[1m\u001b[0m\u0007' > out` },
  { typed: `echo '${"0123456789".repeat(6_000)}' > out` },
  { typed: `python_like="\n\tdef f():\n\t\treturn 1\n"; printf '%s' "$python_like" > out` },
];
