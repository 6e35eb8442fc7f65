import { expect, test } from "vitest";
import { expandAliases } from "./aliases.ts";
import { readCommands, readRedirections } from "./commands.ts";
import { readUse } from "./variables.ts";

test.each([
  ["echo $A ${B:-$C} \"$D\" '$E'", ["A", "B", "C", "D"]],
  ["A=1; echo $A", []],
  ["A=$A:x; echo $A", ["A"]],
  ["A=1 env; echo $A", ["A"]],
  ["if x; then A=1; fi; echo $A", ["A"]],
  ["for i in $L; do echo $i; done", ["L"]],
  ["echo $((n + m)) ${a[$k]} ${#s}", ["a", "k", "m", "n", "s"]],
  ["[[ -v V && $W ]]", ["V", "W"]],
  ["cat <<EOF\n$H $(echo $I)\nEOF", ["H", "I"]],
  ["cat <<'EOF'\n$H\nEOF", []],
  ["export X Y=1", ["X"]],
  ["x+=1", ["x"]],
  ["echo `echo $B`", ["B"]],
  ["f() { echo $IN $1 $@ $?; }", ["IN"]],
  ["read -r line; echo $line", ["line"]],
])("%j may read %j", (text, reads) => {
  expect(readUse(text).reads).toEqual(reads);
});

test.each([
  ["A=1 B=2", ["A", "B"]],
  ["read a b; printf -v c x; export d=1; declare e", ["a", "b", "c", "d"]],
  ["A=1 cmd", []],
  [": ${x:=1}; for i in 1; do :; done; local l=1", ["i", "l", "x"]],
])("%j sets %j", (text, assigns) => {
  expect(readUse(text).assigns).toEqual(assigns);
});

test.each([
  ["a | b && $(c) || d <(e)", { names: ["a", "b", "c", "d", "e"] }],
  ["f() { g; }; f", { names: ["f", "g"], defines: ["f"] }],
  ["\\ls 'cat' \"x\"$y", { names: ["ls"] }],
  ["$cmd x", { names: [], isDynamic: true }],
  ["eval x", { isDynamic: true }],
  ["source ./lib", { isDynamic: true }],
  ["echo ${!x}", { isDynamic: true }],
  ["echo ${!a[@]}", { isDynamic: false }],
  ["cd", { usesHome: true }],
  ["ls ~/x", { usesHome: true }],
  ["P=~/bin", { usesHome: true }],
  ["echo '~/x' a~", { usesHome: false }],
])("what %j refers to", (text, use) => {
  expect(readUse(text)).toMatchObject(use);
});

test.each([
  ["put x; echo | put", { put: "tee -a" }, "tee -a x; echo | tee -a"],
  ["\\put x; 'put' y; echo put", { put: "tee" }, "\\put x; 'put' y; echo put"],
  ["sudo put x", { sudo: "sudo ", put: "tee" }, "sudo  tee x"],
  ["ls -a", { ls: "ls --color" }, "ls --color -a"],
  ["a", { a: "b", b: "a x" }, "a x"],
  ["x=$(put y)", { put: "tee" }, "x=$(tee y)"],
  ["toString", {}, "toString"],
])("aliases of %j", (text, aliases, expected) => {
  expect(expandAliases(text, aliases)).toBe(expected);
});

test("commands come with their words, assignments and redirections, in substitutions too", () => {
  const commands = readCommands("A=1 cat 'a b' $x > out 2>&1 <<E | tee \"$(date -u)\"\nbody $y\nE");
  expect(commands.map(({ name }) => name)).toEqual(["cat", "tee", "date"]);
  expect(commands[0]).toMatchObject({
    words: [{ value: "cat" }, { value: "a b" }, { value: null, text: "$x" }],
    assignments: [{ name: "A", text: "A=1" }],
    redirections: [
      { operator: ">", descriptor: null, target: { value: "out" } },
      { operator: ">&", descriptor: 2, target: { value: "1" } },
      { operator: "<<", body: "body $y\n", isQuoted: false },
    ],
  });
  expect(commands[2]).toMatchObject({ isInSubstitution: true, isInFunction: false });
});

test("redirections of groups and loops are seen", () => {
  const operators = readRedirections("{ a; } > x; while b; do c; done < y >> z").map((one) => one.operator);
  expect(operators).toEqual([">", "<", ">>"]);
});
