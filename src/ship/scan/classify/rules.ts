import type { LayerChange } from "../walk/change.ts";
import type { Severity } from "./finding.ts";

/** A rule is data; its page is docs/findings/<id>.md. */
export interface Rule {
  readonly id: string;
  readonly severity: Severity;
  /** What it says, without a full stop. */
  readonly says: string;
  /** For a rule about all changes of some paths. */
  readonly paths?: RegExp;
  /** For a rule that must look closer. A rule with neither is about processes. */
  readonly holds?: (change: LayerChange) => boolean;
}

const SETUID = 0o6000;
const EXECUTE = 0o111;
const WORLD = 0o002;
const STICKY = 0o1000;

const ACCOUNTS =
  /^\/etc\/(?:passwd|shadow|group|gshadow|subuid|subgid|sudoers|doas\.conf|nsswitch\.conf|login\.defs|securetty|shells)-?$|^\/etc\/(?:sudoers\.d|pam\.d|security|ssh|ssl\/certs|ca-certificates)(?:\/|$)|^\/etc\/hosts\.(?:allow|deny|equiv)$|\/\.ssh(?:\/|$)|\/\.rhosts$|^\/usr\/(?:local\/)?share\/ca-certificates(?:\/|$)/;
const LOADER = /^\/etc\/(?:ld\.so\.conf(?:\.d(?:\/|$)|$)|ld\.so\.cache$|ld-musl-[^/]+\.path$)/;
const PRELOAD = /^\/etc\/ld\.so\.preload$/;
const SCHEDULE =
  /^\/etc\/(?:cron[^/]*|anacrontab|crontabs|periodic|init\.d|rc[^/]*\.d|rc\.local|inittab|systemd|supervisor[^/]*|runit|service|s6[^/]*|logrotate\.d|udev|apt\/apt\.conf\.d)(?:\/|$)|^\/(?:var\/spool\/(?:cron|at|anacron)|(?:usr\/)?lib\/systemd|run\/systemd\/system)(?:\/|$)/;
const SHELL_START =
  /^\/etc\/(?:profile(?:\.d(?:\/|$)|$)|bash\.bashrc$|bashrc$|zsh(?:\/|rc$|env$|profile$)|environment$|inputrc$|skel(?:\/|$))|\/\.(?:bashrc|bash_profile|bash_login|bash_logout|profile|zshrc|zshenv|zprofile|zlogin|kshrc|inputrc|pam_environment)$/;
const LIBRARY_FOLDER = /^\/(?:usr\/(?:local\/)?)?lib(?:32|64|x32)?\//;
const PROGRAM_FOLDER = /^\/(?:usr\/(?:local\/)?)?(?:s?bin|lib[^/]*)(?:\/|$)/;
const LIBRARY = /\.so(?:\.[0-9.]+)?$/;
const LOG = /^\/var\/log\//;
const INTERPRETED = /\.(?:py|pth|pl|pm|rb|php|js|mjs|cjs|lua|jar|war|class|pyc)$/;

/** A file that the kernel or a loader would run. */
function isProgram({ path, after, content }: LayerChange): boolean {
  if (after?.type !== "file") return false;
  if (content === "elf" || LIBRARY.test(path)) return true;
  return (after.mode & EXECUTE) !== 0 && content !== "data";
}

function wasProgram({ path, before }: LayerChange): boolean {
  return before?.type === "file" && ((before.mode & EXECUTE) !== 0 || LIBRARY.test(path));
}

function gainsMode({ before, after }: LayerChange, bits: number): boolean {
  return after?.type === "file" && (after.mode & ~(before?.type === "file" ? before.mode : 0) & bits) !== 0;
}

function isSetuid(change: LayerChange): boolean {
  if (change.after?.type !== "file" || (change.after.mode & SETUID) === 0) return false;
  return gainsMode(change, SETUID) || change.fields.some((field) => field === "content" || field === "uid" || field === "gid");
}

function hasCapability({ before, after }: LayerChange): boolean {
  const capability = after?.xattrs?.["security.capability"];
  return capability !== undefined && capability !== before?.xattrs?.["security.capability"];
}

function isWritableByAll({ before, after }: LayerChange): boolean {
  if (after === null || (after.type !== "file" && after.type !== "directory") || (after.mode & WORLD) === 0) return false;
  if (after.type === "directory" && (after.mode & STICKY) !== 0) return false;
  return before === null || before.type !== after.type || (before.mode & WORLD) === 0 || (before.mode & STICKY) > (after.mode & STICKY);
}

function isChangedProgram(change: LayerChange): boolean {
  if (change.kind !== "modify" || (!wasProgram(change) && !isProgram(change))) return false;
  return change.fields.some((field) => field === "content" || field === "type" || field === "link");
}

/** A link where the image had something else, in the folders that programs are found in. */
function isRedirected({ path, before, after }: LayerChange): boolean {
  return after?.type === "symlink" && before !== null && PROGRAM_FOLDER.test(path);
}

function isNewLibrary(change: LayerChange): boolean {
  const { kind, path, after } = change;
  return kind === "add" && LIBRARY.test(path) && LIBRARY_FOLDER.test(path) && (isProgram(change) || after?.type === "symlink");
}

function isNewProgram(change: LayerChange): boolean {
  if (change.kind !== "add") return gainsMode(change, EXECUTE) && isProgram(change);
  return change.after?.type === "file" && (change.content === "script" || isProgram(change) || INTERPRETED.test(change.path));
}

function hasHiddenName(path: string): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (/^\w[\w.+-]*$/.test(name)) return false;
  if (/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u.test(name)) return true;
  return /^[\s-]|\s$|^\.\.|^\.\s/.test(name) || name !== name.normalize("NFC");
}

/** All rules, the gravest first; of those that hold the first names the finding. */
export const RULES: readonly Rule[] = [
  { id: "runs-from-layer", severity: "critical", says: "a running program does not come from the image" },
  { id: "runs-deleted", severity: "critical", says: "the file of a running program is not there any more" },
  { id: "preload-changed", severity: "critical", says: "it is loaded into every program", paths: PRELOAD },
  { id: "runs-from-memory", severity: "high", says: "a running program comes from a file system in memory" },
  { id: "runs-script", severity: "high", says: "an interpreter runs a file that does not come from the image" },
  { id: "runs-library", severity: "high", says: "a running program has loaded code that does not come from the image" },
  { id: "setuid-added", severity: "high", says: "whoever runs it gets the rights of its owner", holds: isSetuid },
  { id: "capability-added", severity: "high", says: "whoever runs it gets capabilities", holds: hasCapability },
  { id: "device-node", severity: "high", says: "a device", holds: ({ after }) => after?.type === "char" || after?.type === "block" },
  { id: "loader-changed", severity: "high", says: "it tells where libraries are looked for", paths: LOADER },
  { id: "library-added", severity: "high", says: "a new library where libraries are looked for", holds: isNewLibrary },
  {
    id: "program-changed",
    severity: "high",
    says: "a program or library of the image is another one",
    holds: (change) => isChangedProgram(change) || isRedirected(change),
  },
  { id: "account-changed", severity: "high", says: "it decides who may do what", paths: ACCOUNTS },
  { id: "schedule-changed", severity: "high", says: "it decides what is run later", paths: SCHEDULE },
  { id: "shell-start-changed", severity: "medium", says: "shells run it when they start", paths: SHELL_START },
  { id: "program-in-memory", severity: "medium", says: "a program in a file system in memory" },
  { id: "program-added", severity: "medium", says: "a program that the image does not have", holds: isNewProgram },
  { id: "world-writable", severity: "medium", says: "everybody may write to it", holds: isWritableByAll },
  { id: "name-hides", severity: "medium", says: "its name looks like another one, or like none", holds: ({ path }) => hasHiddenName(path) },
  {
    id: "log-deleted",
    severity: "medium",
    says: "a log of the image is gone",
    holds: ({ kind, path }) => kind === "delete" && LOG.test(path),
  },
  {
    id: "program-deleted",
    severity: "medium",
    says: "a program or library of the image is gone",
    holds: (change) => change.kind === "delete" && wasProgram(change),
  },
  { id: "path-added", severity: "low", says: "the image does not have it", holds: ({ kind }) => kind === "add" },
  { id: "path-deleted", severity: "low", says: "only the image has it", holds: ({ kind }) => kind === "delete" },
  { id: "path-changed", severity: "low", says: "the image has another one", holds: ({ kind }) => kind === "modify" },
  { id: "attributes-changed", severity: "low", says: "another mode or owner", holds: ({ kind }) => kind === "metadata" },
];

/** Matches all paths that a rule is about by its `paths`. */
export const RULED_PATHS = new RegExp(RULES.flatMap(({ paths }) => (paths === undefined ? [] : [`(?:${paths.source})`])).join("|"));
