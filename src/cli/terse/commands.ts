/** One command of `d`: its names, what it does, and the words of `cooper` that do it. */
export interface TerseCommand {
  readonly names: readonly string[];
  readonly text: string;
  /** It is done to something that must be named. */
  readonly needsName: boolean;
  readonly words: (rest: readonly string[]) => readonly string[];
}

const plain =
  (...words: readonly string[]): TerseCommand["words"] =>
  (rest) => [...words, ...rest];

function row(names: string, text: string, words: TerseCommand["words"]): TerseCommand {
  return { names: names.split(" "), text, needsName: false, words };
}

function named(names: string, text: string, words: TerseCommand["words"]): TerseCommand {
  return { names: names.split(" "), text, needsName: true, words };
}

/** A command in the container, its words after the name. */
const inside =
  (...words: readonly string[]): TerseCommand["words"] =>
  ([name = "", ...argv]) => [
    "enter",
    ...words,
    name,
    ...(argv.length === 0 ? [] : ["--", ...argv.filter((word, index) => index > 0 || word !== "--")]),
  ];

/** All, where only options or nothing is given. */
const orAll =
  (verb: string): TerseCommand["words"] =>
  (rest) => [verb, ...(rest.every((word) => word.startsWith("-")) ? ["--all"] : []), ...rest];

/** What stands after "--" takes the place of the unit's command. */
function up(rest: readonly string[]): readonly string[] {
  const at = rest.indexOf("--");
  if (at < 0) return ["up", ...rest];
  return ["up", ...rest.slice(0, at), "--set", `command=${JSON.stringify(rest.slice(at + 1))}`];
}

/** Every command and alias of docker-infrastructure's `d`. */
export const TERSE_GROUPS: readonly (readonly [string, readonly TerseCommand[]])[] = [
  [
    "one unit",
    [
      named("build b", "build its image", plain("build")),
      named("down stop 0", "stop it", plain("down")),
      named("restart 01 R", "make its container anew; the old one comes back where the new does not work", plain("restart")),
      named("up start 1", "start it (-- WORDS: in place of its command)", up),
      named("test t", "test the image that was built last", plain("test")),
      named("upgrade u", "build, test, promote, restart", plain("upgrade")),
    ],
  ],
  [
    "maintenance",
    [
      named("add-su addsu", "copy busybox to /bin/su in it", ([name = ""]) => ["enter", name, "--", "cp", "/bin/busybox", "/bin/su"]),
      named("add-debug debug", "unpack an archive of tools (NAME FILE) in it, and enter it", ([name = "", ...files]) => [
        "enter",
        ...files.flatMap((file) => ["--tools", file]),
        name,
      ]),
      row("clean", "remove what is left of test and dev instances that do not run", orAll("clean")),
      named("hup H HUP reload r", "HUP to its first process", plain("reload")),
      row("mini-dlna-refresh M", "let minidlnad in dlnadock look at its files anew", () => [
        "enter",
        "dlnadock",
        "--",
        "/usr/sbin/minidlnad",
        "-R",
      ]),
    ],
  ],
  [
    "run in it",
    [
      named("console C", "the terminal of its first process", plain("enter", "--console")),
      named("enter exec-cmd exec e0 e", "a shell in it, as root (or a command after the name)", inside()),
      named("run", "a command in it, as root", inside()),
      named("shell", "a new container of it, with a shell", plain("run", "--shell")),
    ],
  ],
  [
    "all",
    [
      row("build-all ba", "build all", plain("build", "--all")),
      row("down-all stop-all 0a 00", "stop all", plain("down", "--all")),
      row("restart-all 01a ra RA Ra", "restart all", plain("restart", "--all")),
      row("run-in-all ria", "a command in all that run", (argv) => ["enter", "--all", "--", ...argv]),
      row("test-all ta", "test all", plain("test", "--all")),
      row("test-all-prod tap", "test all that run in production", plain("test", "--all", "--in-prod")),
      row("up-all start-all 1a 11", "start all, in waves", plain("up", "--all")),
      row("upgrade-all ua", "upgrade all, in waves", plain("upgrade", "--all")),
    ],
  ],
  [
    "look",
    [
      named("autostart-wave aw al ai", "its autostart wave", plain("ps", "--show", "wave")),
      row("check-all-up cau ca qa", "whether all is up that should be", plain("check")),
      named("cow-dir cow", "the folder of its own layer", plain("cow")),
      row("images i", "the images of the engine, or of the units named", orAll("images")),
      named("is-up iu", "y or n", plain("check", "--brief")),
      named("get-ip getip get_ip ip", "its address", plain("ip")),
      row("get-all-ips ips", "all addresses", plain("ip", "--all")),
      named("log logs L", "what it writes, from now on too", plain("logs", "--follow", "--timestamps")),
      named("pid", "its first process", plain("ps", "--show", "pid")),
      named("spec s", "its definition", plain("export")),
      named("veth", "the end of its network on this machine", plain("ps", "--show", "veth")),
    ],
  ],
  [
    "lists",
    [
      row("list-all-settings las", "the settings files of all units", plain("ps", "--all", "--show", "file")),
      row("list-all lA", "all names", plain("ps", "--all", "--show", "name")),
      row("list-autostart la", "what starts by itself, in order", plain("ps", "--all", "--only", "autostart", "--show", "name")),
      row("list-autostart-waves law", "the same with the wave", plain("ps", "--all", "--only", "autostart", "--show", "wave")),
      row("list-buildable lb", "what can be built", plain("ps", "--all", "--only", "buildable", "--show", "name")),
      row("list-testable lt", "what has tests", plain("ps", "--all", "--only", "testable", "--show", "name")),
      row("list-up lu ls l ps p", "what runs", plain("ps")),
      row("list-up-names lun", "the names of what runs", plain("ps", "--show", "name")),
    ],
  ],
];
