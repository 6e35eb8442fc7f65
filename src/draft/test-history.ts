import type { Finding } from "../base/finding.ts";
import type { LeftProcess } from "../format/proc/left-process.ts";
import type { Choices, ContainerRecord, History, ShellKind, StateChange, StepKind } from "../history/model.ts";
import type { DraftInput, DraftOptions } from "./model.ts";
import { playRow } from "./test-rows.ts";
import { playSessions } from "./test-session.ts";
import type { TestRow, TestWorld } from "./test-rows.ts";

/** One Step of a test, as terse as its case: all but `typed` has a default. */
export interface TestStep {
  readonly typed: string;
  readonly ran?: string;
  readonly kind?: StepKind;
  readonly argv?: readonly string[];
  readonly exit?: number | null;
  readonly interrupted?: boolean;
  readonly background?: boolean;
  /** Rows of changed paths. */
  readonly does?: readonly TestRow[];
  readonly uncertain?: boolean;
  /** Milliseconds from its start to its end; a Step starts a second after the one before. */
  readonly lasts?: number;
  /** Absent: reads were not observed. */
  readonly reads?: readonly string[];
  /** Packages: "+nginx", "+libx auto", "-figlet", "-libx auto". */
  readonly packages?: readonly string[];
  /** "postfix postfix/mailname string mail.example.org" */
  readonly answers?: readonly string[];
  /** "21 nginx -g daemon@80" is pid, argv and listening ports ("127.0.0.1:80" for loopback); or whole values. */
  readonly leaves?: readonly (string | LeftProcess)[];
  readonly ends?: readonly number[];
  readonly cd?: string;
  readonly exports?: Readonly<Record<string, string>>;
  readonly sets?: Readonly<Record<string, string>>;
  readonly unsets?: readonly string[];
  readonly functions?: Readonly<Record<string, string | null>>;
  readonly aliases?: Readonly<Record<string, string | null>>;
  readonly options?: Readonly<Record<string, boolean>>;
  readonly umask?: string;
  readonly change?: StateChange;
  /** Opens a nested shell of this user ("app"), in which the Steps that follow run until one with `closes`. */
  readonly opens?: string;
  /** The nested shell ends with this Step. */
  readonly closes?: boolean;
  /** Starts a new Session, whose first shell is of this user. */
  readonly session?: string;
  readonly secrets?: readonly string[];
  readonly findings?: readonly Finding[];
}

export interface TestHistoryOptions {
  /** Rows of the base image ("+ /etc/motd = hello"). */
  readonly base?: readonly TestRow[];
  readonly container?: Partial<ContainerRecord>;
  readonly choices?: Partial<Choices>;
  readonly options?: Partial<DraftOptions>;
  readonly shell?: ShellKind;
}

const BASE_FOLDERS = [
  "/",
  "/bin/",
  "/etc/",
  "/home/",
  "/opt/",
  "/root/ 0700",
  "/srv/",
  "/tmp/ 01777",
  "/usr/",
  "/usr/bin/",
  "/usr/local/",
  "/var/",
  "/var/lib/",
];

const CONTAINER: ContainerRecord = {
  id: "c".repeat(64),
  name: "web",
  engineId: "engine",
  image: "debian:bookworm",
  imageId: `sha256:${"a".repeat(64)}`,
  imageDigest: null,
  hostName: "cccccccccccc",
  mounts: [],
  imageConfig: {
    env: ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"],
    cmd: ["bash"],
    entrypoint: null,
    user: "",
    workdir: "",
    exposed: [],
    volumes: [],
    stopSignal: null,
    shell: null,
    architecture: "amd64",
  },
  command: ["sleep", "infinity"],
  entrypoint: null,
  env: ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"],
  user: "",
  workdir: "",
  ports: [],
};

/** The History of these Steps, with the base image `options.base`. */
export function historyOf(steps: readonly TestStep[], options: TestHistoryOptions = {}): History {
  return inputOf(steps, options).history;
}

/** All that a Draft is made of, from terse Steps. */
export function inputOf(steps: readonly TestStep[], options: TestHistoryOptions = {}): DraftInput {
  const world: TestWorld = { entries: new Map(), texts: new Map() };
  for (const row of [...BASE_FOLDERS.map((folder) => `+ ${folder}`), ...(options.base ?? [])]) playRow(world, row, 0);
  const base = new Map(world.entries);
  const sessions = playSessions(world, steps, options.shell ?? "bash");
  const choices: Choices = {
    keep: [],
    drop: [],
    rename: {},
    annotate: {},
    secret: [],
    cmd: null,
    ...options.choices,
  };
  return {
    history: { container: { ...CONTAINER, ...options.container }, sessions, choices, findings: [] },
    base,
    readText: (hash) => world.texts.get(hash) ?? null,
    options: {
      builder: "classic",
      stages: "auto",
      pin: false,
      labels: {},
      maintainer: null,
      secrets: {},
      repairs: [],
      ...options.options,
    },
  };
}
