import * as z from "zod";
import type { Finding } from "../base/finding.ts";
import type { ImageSettings } from "../engine/image/image.ts";
import type { Where } from "../base/errors.ts";
import type { DebconfAnswer, PackageChange } from "../format/package-database/change.ts";
import type { LeftProcess, ListeningSocket } from "../format/proc/left-process.ts";
import type { Entry, PathChange } from "../format/tree/entry.ts";
import { either, isFlag, isNumber, isText, listOf, nullable, oneOf, optional, pairOf, recordOf, shape } from "./type-guards.ts";
import type { Choices, ContainerRecord, Effect, Identity, Mount, Shell, ShellState, ShellVariable, StateChange, Step } from "./model.ts";

const isTexts = listOf(isText);
const isTextOrNull = nullable(isText);
const isTextsOrNull = nullable(isTexts);

/** A Finding. */
export const isFinding = shape<Finding>({
  code: isText,
  message: isText,
  hint: optional(isText),
  where: optional(
    shape<Where>({
      file: optional(isText),
      line: optional(isNumber),
      column: optional(isNumber),
      path: optional(isText),
      container: optional(isText),
      image: optional(isText),
    }),
  ),
});

const isIdentity = shape<Identity>({ user: isText, uid: isNumber, gid: isNumber, groups: listOf(isNumber), home: isText });

const isVariable = shape<ShellVariable>({
  kind: oneOf("scalar", "array", "map"),
  value: either(isText, listOf(pairOf(isText))),
  exported: isFlag,
});

const isShellState = shape<ShellState>({
  cwd: isText,
  umask: isText,
  variables: recordOf(isVariable),
  functions: recordOf(isText),
  aliases: recordOf(isText),
  options: isTexts,
});

/** A Shell. */
export const isShell = shape<Shell>({
  key: isText,
  parent: isTextOrNull,
  kind: oneOf("bash", "zsh", "dash", "ash", "sh", "none"),
  identity: isIdentity,
  login: isFlag,
  state: isShellState,
});

const isStateChange = shape<StateChange>({
  cwd: optional(isText),
  umask: optional(isText),
  variables: optional(recordOf(nullable(isVariable))),
  functions: optional(recordOf(isTextOrNull)),
  aliases: optional(recordOf(isTextOrNull)),
  options: optional(recordOf(isFlag)),
});

/** An Entry of a tree. */
export const isEntry = shape<Entry>({
  type: oneOf("file", "directory", "symlink", "fifo", "socket", "char", "block"),
  mode: isNumber,
  uid: isNumber,
  gid: isNumber,
  size: optional(isNumber),
  hash: optional(isText),
  link: optional(isText),
  device: optional(pairOf(isNumber)),
  xattrs: optional(recordOf(isText)),
  hardLink: optional(isText),
});

const isPathChange = shape<PathChange>({
  path: isText,
  kind: oneOf("created", "changed", "deleted", "reowned", "remoded"),
  before: nullable(isEntry),
  after: nullable(isEntry),
  changedAt: isNumber,
  kept: isFlag,
  package: optional(isText),
});

const isPackageChange = shape<PackageChange>({
  manager: oneOf("apt", "apk", "rpm"),
  name: isText,
  before: isTextOrNull,
  after: isTextOrNull,
  automatic: isFlag,
});

const isSocket = shape<ListeningSocket>({ protocol: oneOf("tcp", "udp"), address: isText, port: isNumber });

const isLeftProcess = shape<LeftProcess>({
  pid: isNumber,
  parent: isNumber,
  argv: isTexts,
  uid: isNumber,
  cwd: isTextOrNull,
  listening: listOf(isSocket),
});

const isEffect = shape<Effect>({
  changes: listOf(isPathChange),
  uncertain: isFlag,
  reads: isTextsOrNull,
  packages: listOf(isPackageChange),
  debconf: listOf(shape<DebconfAnswer>({ package: isText, question: isText, type: isText, value: isText })),
  processes: listOf(isLeftProcess),
  ended: listOf(isNumber),
});

/** A Step. */
export const isStep = shape<Step>({
  id: isText,
  kind: oneOf("command", "exec", "outside"),
  typed: isText,
  ran: isText,
  argv: isTextsOrNull,
  shell: isText,
  cwd: isText,
  umask: isText,
  identity: isIdentity,
  startedAt: isNumber,
  endedAt: isNumber,
  exit: nullable(isNumber),
  interrupted: isFlag,
  background: isFlag,
  opened: isTexts,
  change: isStateChange,
  effect: isEffect,
  secrets: isTexts,
  findings: listOf(isFinding),
});

const isImageConfig = shape<ImageSettings>({
  env: isTexts,
  cmd: isTextsOrNull,
  entrypoint: isTextsOrNull,
  user: isText,
  workdir: isText,
  exposed: isTexts,
  volumes: isTexts,
  stopSignal: isTextOrNull,
  shell: isTextsOrNull,
  architecture: isText,
});

/** A container. */
export const isContainer = shape<ContainerRecord>({
  id: isText,
  name: isText,
  engineId: isText,
  image: isText,
  imageId: isText,
  imageDigest: isTextOrNull,
  hostName: isText,
  mounts: listOf(shape<Mount>({ type: isText, destination: isText, source: isText, readOnly: isFlag })),
  imageConfig: isImageConfig,
  command: isTextsOrNull,
  entrypoint: isTextsOrNull,
  env: isTexts,
  user: isText,
  workdir: isText,
  ports: isTexts,
});

/** The file of choices, which a person may have edited. */
export const choicesSchema: z.ZodType<Choices> = z.object({
  keep: z.array(z.string()),
  drop: z.array(z.string()),
  rename: z.record(z.string(), z.string()),
  annotate: z.record(z.string(), z.string()),
  secret: z.array(z.string()),
  cmd: z.array(z.string()).nullable(),
});
