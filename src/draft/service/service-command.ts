import type { ShellState } from "../../history/model.ts";
import { baseName } from "../select/words/expand-word.ts";
import { BUSYBOX_FOREGROUND, DAEMON_OPTIONS } from "../tables/servers.ts";
import type { ServiceRow } from "../tables/services/service-row.ts";
import type { TimedStep } from "../model.ts";
import type { ImagePaths } from "./image-paths.ts";
import type { Launch } from "./launches.ts";
import { nameTest, programName } from "./service-row.ts";

/** The exec-form foreground command of a launch; null when its program is gone. */
export function commandOf(launch: Launch, paths: ImagePaths): readonly string[] | null {
  const { row, argv } = launch;
  const applet = argv === null ? null : busyboxCommand(argv, launch.timed, paths);
  if (applet !== null) return applet;
  if (row === null) return argv === null ? null : typedCommand(withoutDaemon(argv), launch.timed, paths);
  if (isGone(row, paths)) return null;
  if (argv !== null && isDaemonItself(argv, row)) {
    const command = typedCommand(toForeground(argv, row), launch.timed, paths);
    if (command !== null) return command;
  }
  return tableCommand(row, paths);
}

/** An applet of BusyBox knows other options than the program whose name it has. */
function busyboxCommand(argv: readonly string[], timed: TimedStep, paths: ImagePaths): readonly string[] | null {
  const name = programName(argv[0] ?? "");
  const flag = BUSYBOX_FOREGROUND[name === "busybox" ? (argv[1] ?? "") : name];
  if (flag === undefined || (name !== "busybox" && !isApplet(argv[0] ?? "", timed, paths))) return null;
  return argv.includes(flag) ? argv : [...argv, flag];
}

function isApplet(program: string, { before }: TimedStep, paths: ImagePaths): boolean {
  if (program.includes("/")) return paths.at(program)?.link?.endsWith("busybox") === true;
  return searchFolders(before).some((folder) => paths.at(`${folder}/${program}`)?.link?.endsWith("busybox") === true);
}

function withoutDaemon(argv: readonly string[]): readonly string[] {
  const options = DAEMON_OPTIONS.filter(([name]) => name.test(programName(argv[0] ?? "")));
  return argv.filter((word, index) => index === 0 || !options.some(([, words]) => words.has(word)));
}

/** The version that a row's texts name, as the image's paths tell. */
export function fillVersion(text: string, row: ServiceRow, paths: ImagePaths): string {
  if (row.versionFrom === undefined || !text.includes("{version}")) return text;
  const version = row.versionFrom.exec(paths.find(row.versionFrom) ?? "")?.[1];
  return version === undefined ? text : text.replaceAll("{version}", version);
}

/** All of its programs that are known were removed again. */
function isGone(row: ServiceRow, paths: ImagePaths): boolean {
  return (
    programPath(row, paths) === null &&
    row.programs.some(
      (pattern) => !pattern.includes("*") && paths.at(`/usr/sbin/${pattern}`) === null && paths.at(`/usr/bin/${pattern}`) === null,
    )
  );
}

function programPath(row: ServiceRow, paths: ImagePaths): string | null {
  for (const pattern of row.programs) {
    const name = nameTest(pattern).source.slice(1, -1);
    const found = paths.find(new RegExp(`^/(?:[^/]+/)*s?bin/${name}$`, "u"));
    if (found !== null) return found;
  }
  return null;
}

function tableCommand(row: ServiceRow, paths: ImagePaths): readonly string[] {
  const own = programPath(row, paths);
  const words = row.cmd.map((word) => fillVersion(word === "{program}" ? nameOf(own, row) : word, row, paths));
  return words.filter(
    (word, index) =>
      !isMissingSetting(word, paths) && !(/^--?(?:c|f|config)$/u.test(word) && isMissingSetting(words[index + 1] ?? "", paths)),
  );
}

function nameOf(path: string | null, row: ServiceRow): string {
  return path === null ? (row.programs[0] ?? "") : baseName(path);
}

function isMissingSetting(word: string, paths: ImagePaths): boolean {
  return word.startsWith("/etc/") && paths.at(word) === null;
}

/** The typed command is the daemon, not something that starts it (`mysqld_safe`, `pg_ctl`). */
function isDaemonItself(argv: readonly string[], row: ServiceRow): boolean {
  const name = programName(argv[0] ?? "");
  const isOwn = row.programs.some((pattern) => nameTest(pattern).test(name));
  return isOwn && !/_safe$|-safe$|^pg_ctl|^startup\.sh$/u.test(name) && !/^\S+: /u.test(argv[0] ?? "");
}

function toForeground(argv: readonly string[], row: ServiceRow): string[] {
  const kept: string[] = [];
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? "";
    if (at > 0 && row.drops?.includes(word) === true) continue;
    if (at > 0 && row.drops?.includes(`${word} `) === true) at += 1;
    else kept.push(word);
  }
  const adds = row.adds ?? [];
  const isThere = adds.every((word) => kept.includes(word));
  return isThere ? kept : [...kept, ...adds];
}

/** A typed command whose program is found as its shell found it: by name on the image's own PATH, else by its path. */
function typedCommand(argv: readonly string[], { before }: TimedStep, paths: ImagePaths): readonly string[] | null {
  const [program = "", ...rest] = argv;
  if (program.includes("/")) return paths.at(program) === null ? null : argv;
  const folders = searchFolders(before);
  const found = folders.find((folder) => (paths.at(`${folder}/${program}`) ?? null) !== null);
  if (found === undefined)
    return folders.length > 0 && folders.every((folder) => paths.at(`${folder}/${program}`) === null) && !isLinkedFolder(folders, paths)
      ? null
      : argv;
  const isUsual = /^\/(?:usr\/)?(?:local\/)?s?bin$/u.test(found);
  return [isUsual ? program : `${found}/${program}`, ...rest];
}

function searchFolders(state: ShellState | null): string[] {
  const path = state?.variables["PATH"]?.value;
  return (typeof path === "string" ? path : "").split(":").filter((folder) => folder.startsWith("/"));
}

/** `/bin` may be a link: then what is below it is not known by that name. */
function isLinkedFolder(folders: readonly string[], paths: ImagePaths): boolean {
  return folders.some((folder) => paths.at(folder)?.type === "symlink");
}
