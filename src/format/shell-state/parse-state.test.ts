import { describe, expect, test } from "vitest";
import { parseFunctions, parseShellState } from "./parse-state.ts";

function dump(parts: { variables?: string; functions?: string; aliases?: string; options?: string }): string {
  const { variables = "", functions = "", aliases = "", options = "" } = parts;
  return ["/srv/a b\n0022\n", variables, functions, aliases, options].join("\u001E\n");
}

const scalar = (value: string, exported = false): unknown => ({ kind: "scalar", value, exported });

describe("variables of bash", () => {
  test.each([
    ['declare -- A="1"\n', { A: scalar("1") }],
    ['declare -x A="a \\"b\\" \\$c \\`d\\` \\\\"\n', { A: scalar('a "b" $c `d` \\', true) }],
    ["declare -- A=$'a\\nb\\t\\'\\303\\244'\n", { A: scalar("a\nb\t'ä") }],
    ['declare -- A="two\nlines"\ndeclare -x B="2"\n', { A: scalar("two\nlines"), B: scalar("2", true) }],
    ["declare -x EMPTY\n", { EMPTY: scalar("", true) }],
    ['declare -i N="5"\ndeclare -r R="x"\n', { N: scalar("5"), R: scalar("x") }],
    [
      'declare -a L=([0]="a b" [3]="c")\n',
      {
        L: {
          kind: "array",
          value: [
            ["0", "a b"],
            ["3", "c"],
          ],
          exported: false,
        },
      },
    ],
    ["declare -a L=()\n", { L: { kind: "array", value: [], exported: false } }],
    [
      'declare -A M=([k]="v" ["x y"]="]=" )\n',
      {
        M: {
          kind: "map",
          value: [
            ["k", "v"],
            ["x y", "]="],
          ],
          exported: false,
        },
      },
    ],
    ['declare -ax L=([0]="$(x)")\n', { L: { kind: "array", value: [["0", "$(x)"]], exported: true } }],
    ['garbage\ndeclare -- A="1"\n', { A: scalar("1") }],
    ['declare -- __cooper_l="x"\ndeclare -r BASHOPTS="y"\ndeclare -i PPID="3"\n', {}],
    ['declare -- PS0="\\$({ __cooper_0;} 2>/dev/null)"\n', {}],
    ['declare -- PS0="\\$({ __cooper_0;} 2>/dev/null)mine"\n', { PS0: scalar("mine") }],
    ['declare -- PS1="\\\\u\\$ \\\\[\\\\e]7770;ab;E\\\\a\\\\]"\n', { PS1: scalar("\\u$ ") }],
    ['declare -a PROMPT_COMMAND=([7770]="{ __cooper_p;} 2>/dev/null")\n', {}],
    ['declare -a PROMPT_COMMAND=([0]="mine" [7770]="{ __cooper_p;} 2>/dev/null")\n', { PROMPT_COMMAND: scalar("mine") }],
    ["declare -- PROMPT_COMMAND=$'{ __cooper_p;} 2>/dev/null\\nmine'\n", { PROMPT_COMMAND: scalar("mine") }],
  ])("%j", (variables, wanted) => {
    expect(parseShellState("bash", dump({ variables })).variables).toEqual(wanted);
  });
});

describe("variables of zsh", () => {
  test.each([
    ["typeset A=1\nexport B='x y'\n", { A: scalar("1"), B: scalar("x y", true) }],
    ["typeset -i10 N=5\nexport -i10 SHLV=2\n", { N: scalar("5"), SHLV: scalar("2", true) }],
    [
      "typeset -a l=( a 'b c' )\n",
      {
        l: {
          kind: "array",
          value: [
            ["1", "a"],
            ["2", "b c"],
          ],
          exported: false,
        },
      },
    ],
    ["typeset -A m=( [k]=v )\n", { m: { kind: "map", value: [["k", "v"]], exported: false } }],
    ["export -T PATH path=( /bin /usr/bin )\ntypeset -T CDPATH cdpath=(  )\n", { PATH: scalar("/bin:/usr/bin", true), CDPATH: scalar("") }],
    ["typeset IFS=$' \\t\\n\\C-@'\n", { IFS: scalar(" \t\n\0") }],
    ["typeset -r R=1\n", { R: scalar("1") }],
  ])("%j", (variables, wanted) => {
    expect(parseShellState("zsh", dump({ variables })).variables).toEqual(wanted);
  });
});

describe("variables of POSIX shells", () => {
  test.each([
    ["A='1'\nB='it'\"'\"'s'\n", "export A='1'\n", { A: scalar("1", true), B: scalar("it's") }],
    ["A='two\nlines'\nB=bare\n", "", { A: scalar("two\nlines"), B: scalar("bare") }],
    ['PS1=\'$({ __cooper_p "$?" "${!-}" || :;} 2>/dev/null)# \u001B]7770;ab;E\u0007\'\n', "", { PS1: scalar("# ") }],
    ['PS1=\'$({ __cooper_p "$?" "${!-}" || :;} 2>/dev/null)\\w \\$ \\[\u001B]7770;ab;E\u0007\\]\'\n', "", { PS1: scalar("\\w \\$ ") }],
  ])("%j", (variables, functions, wanted) => {
    expect(parseShellState("dash", dump({ variables, functions })).variables).toEqual(wanted);
  });
});

test("directory and umask", () => {
  expect(parseShellState("bash", dump({}))).toMatchObject({ cwd: "/srv/a b", umask: "0022" });
  expect(parseShellState("zsh", "/a\nb\n022\n\u001E\n")).toMatchObject({ cwd: "/a\nb", umask: "0022" });
});

test.each([
  ["f () \n{ \n    echo x\n}\n", { f: "f () \n{ \n    echo x\n}" }],
  [
    "a () \n{ \n    cat <<E\nb () \nE\n\n}\nc () \n{ \n    :\n}\n",
    { a: "a () \n{ \n    cat <<E\nb () \nE\n\n}", c: "c () \n{ \n    :\n}" },
  ],
  ["z () {\n\techo x\n}\n", { z: "z () {\n\techo x\n}" }],
  ["__cooper_p () \n{ \n    :\n}\n", {}],
  ["f () \n{ \n    :\n}\ndeclare -fx f\n", { f: "f () \n{ \n    :\n}" }],
  ["", {}],
])("functions of %j", (text, wanted) => {
  expect(parseFunctions(text)).toEqual(wanted);
});

test.each([
  ["bash", "alias ll='ls -l'\nalias q='echo '\\''x'\\'''\n", { ll: "ls -l", q: "echo 'x'" }],
  ["zsh", "alias ll='ls -l'\nalias -g G='| grep'\n", { ll: "ls -l", G: "| grep" }],
  ["dash", "ll='ls -l'\n", { ll: "ls -l" }],
] as const)("aliases of %s", (kind, aliases, wanted) => {
  expect(parseShellState(kind, dump({ aliases })).aliases).toEqual(wanted);
});

test.each([
  ["bash", "braceexpand:pipefail\nextglob:cmdhist", ["braceexpand", "pipefail", "shopt:cmdhist", "shopt:extglob"]],
  ["zsh", "interactive\nextendedglob\n", ["extendedglob", "interactive"]],
  ["dash", "Current option settings\nerrexit         on\nnoglob          off\n", ["errexit"]],
] as const)("options of %s", (kind, options, wanted) => {
  expect(parseShellState(kind, dump({ options })).options).toEqual(wanted);
});
