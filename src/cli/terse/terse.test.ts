import { expect, test } from "vitest";
import { TERSE_GROUPS } from "./commands.ts";
import { readOldBuild, readOldRun } from "./old-flags.ts";
import { readTerse } from "./read-terse.ts";

const words = (line: string): string => {
  const asked = readTerse(line.split(" "));
  return "words" in asked ? asked.words.join(" ") : asked.text;
};

test.each([
  ["1 web", "up web"],
  ["start web -- -v x", 'up web --set command=["-v","x"]'],
  ["0 web", "down web"],
  ["01 web db", "restart web db"],
  ["u web", "upgrade web"],
  ["ua", "upgrade --all"],
  ["00", "down --all"],
  ["11", "up --all"],
  ["tap", "test --all --in-prod"],
  ["e web", "enter web"],
  ["e web ls -l", "enter web -- ls -l"],
  ["run web -- ls -- x", "enter web -- ls -- x"],
  ["ria df -h", "enter --all -- df -h"],
  ["debug web t.tgz", "enter --tools t.tgz web"],
  ["addsu web", "enter web -- cp /bin/busybox /bin/su"],
  ["H web", "reload web"],
  ["i", "images --all"],
  ["i web", "images web"],
  ["i --json", "images --all --json"],
  ["clean -n", "clean --all -n"],
  ["clean web -n", "clean web -n"],
  ["iu web", "check --brief web"],
  ["L web -n 5", "logs --follow --timestamps web -n 5"],
  ["law", "ps --all --only autostart --show wave"],
  ["ps -a", "ps -a"],
  ["chk", "all ok\n"],
])("d %s", (line, wanted) => {
  expect(words(line)).toBe(wanted);
});

test.each([
  ["0", "unit-unknown"],
  ["e ", "unit-unknown"],
  ["strat web", "command-unknown"],
])("d %j is refused", (line, code) => {
  expect(() => words(line)).toThrow(expect.objectContaining({ code, exit: 2 }));
});

test("every command and alias of the original is there", () => {
  const original = `build b down stop 0 restart 01 R up start 1 test t upgrade u add-su addsu add-debug debug clean hup H HUP reload r mini-dlna-refresh M
    console C enter exec-cmd exec e0 e run shell build-all ba down-all stop-all 0a 00 restart-all 01a ra RA Ra run-in-all ria test-all ta up-all start-all 1a 11
    upgrade-all ua test-all-prod tap autostart-wave aw al ai check-all-up cau ca qa cow-dir cow images i is-up iu get-ip getip get_ip ip get-all-ips ips log logs L
    pid spec s veth list-all-settings las list-all lA list-autostart la list-autostart-waves law list-buildable lb list-testable lt list-up lu ls l ps p
    list-up-names lun`;
  const ours = TERSE_GROUPS.flatMap(([, commands]) => commands.flatMap(({ names }) => names));
  expect(ours.toSorted()).toEqual(original.split(/\s+/).toSorted());
});

test("help lists all, or what has a word", () => {
  expect(words("h")).toContain("up | start | 1 NAME");
  expect(words("help wave")).toMatch(/^all\n.*up-all.*\n/u);
  expect(words("help wave")).not.toContain("console");
  expect(words("help nonesuch")).toBe('No command of d has "nonesuch" in its name or its text.\n');
});

test.each([
  ["-D --cd web", "run -D web"],
  ["-T -N web", "run --mode test web"],
  ["--print-cmd --cd=web -- a -T", "run --test web -- a -T"],
])("d-run %s", (line, wanted) => {
  expect(readOldRun(line.split(" ")).join(" ")).toBe(wanted);
});

test.each([
  ["", [["build"]]],
  [
    "-t --cd web",
    [
      ["build", "web"],
      ["test", "web"],
    ],
  ],
  ["-s --cd web", [["promote", "web"]]],
  ["-a web", [["build", "-a", "web"]]],
])("d-build %s", (line, wanted) => {
  expect(readOldBuild(line.split(" ").filter(Boolean))).toEqual(wanted);
});

test("d-build does not both promote and test", () => {
  expect(() => readOldBuild(["-s", "-t"])).toThrow(expect.objectContaining({ code: "build-or-promote", exit: 2 }));
});
