import { z } from "zod";
import type { Finding } from "../base/finding.ts";
import type { Choices, ContainerRecord, Shell, Step } from "./model.ts";

const text = z.string();
const number = z.number();
const texts = z.array(text);
const flag = z.boolean();

const whereSchema = z.object({
  file: z.exactOptional(text),
  line: z.exactOptional(number),
  column: z.exactOptional(number),
  path: z.exactOptional(text),
  container: z.exactOptional(text),
  image: z.exactOptional(text),
});

export const findingSchema: z.ZodType<Finding> = z.object({
  code: text,
  message: text,
  hint: z.exactOptional(text),
  where: z.exactOptional(whereSchema),
});

const identity = z.object({ user: text, uid: number, gid: number, groups: z.array(number), home: text });

const variable = z.object({
  kind: z.enum(["scalar", "array", "map"]),
  value: z.union([text, z.array(z.tuple([text, text]))]),
  exported: flag,
});

const shellState = z.object({
  cwd: text,
  umask: text,
  variables: z.record(text, variable),
  functions: z.record(text, text),
  aliases: z.record(text, text),
  options: texts,
});

export const shellSchema: z.ZodType<Shell> = z.object({
  key: text,
  parent: text.nullable(),
  kind: z.enum(["bash", "zsh", "dash", "ash", "sh", "none"]),
  identity,
  login: flag,
  state: shellState,
});

const stateChange = z.object({
  cwd: z.exactOptional(text),
  umask: z.exactOptional(text),
  variables: z.exactOptional(z.record(text, variable.nullable())),
  functions: z.exactOptional(z.record(text, text.nullable())),
  aliases: z.exactOptional(z.record(text, text.nullable())),
  options: z.exactOptional(z.record(text, flag)),
});

const entry = z.object({
  type: z.enum(["file", "directory", "symlink", "fifo", "socket", "char", "block"]),
  mode: number,
  uid: number,
  gid: number,
  size: z.exactOptional(number),
  hash: z.exactOptional(text),
  link: z.exactOptional(text),
  device: z.exactOptional(z.tuple([number, number])),
  xattrs: z.exactOptional(z.record(text, text)),
  hardLink: z.exactOptional(text),
});

const pathChange = z.object({
  path: text,
  kind: z.enum(["created", "changed", "deleted", "reowned", "remoded"]),
  before: entry.nullable(),
  after: entry.nullable(),
  changedAt: number,
  kept: flag,
  package: z.exactOptional(text),
});

const packageChange = z.object({
  manager: z.enum(["apt", "apk", "rpm"]),
  name: text,
  before: text.nullable(),
  after: text.nullable(),
  automatic: flag,
});

const leftProcess = z.object({
  pid: number,
  parent: number,
  argv: texts,
  uid: number,
  cwd: text.nullable(),
  listening: z.array(z.object({ protocol: z.enum(["tcp", "udp"]), address: text, port: number })),
});

const effect = z.object({
  changes: z.array(pathChange),
  uncertain: flag,
  reads: texts.nullable(),
  packages: z.array(packageChange),
  debconf: z.array(z.object({ package: text, question: text, type: text, value: text })),
  processes: z.array(leftProcess),
  ended: z.array(number),
});

export const stepSchema: z.ZodType<Step> = z.object({
  id: text,
  kind: z.enum(["command", "exec", "outside"]),
  typed: text,
  ran: text,
  argv: texts.nullable(),
  shell: text,
  cwd: text,
  umask: text,
  identity,
  startedAt: number,
  endedAt: number,
  exit: number.nullable(),
  interrupted: flag,
  background: flag,
  opened: texts,
  change: stateChange,
  effect,
  secrets: texts,
  findings: z.array(findingSchema),
});

const imageConfig = z.object({
  env: texts,
  cmd: texts.nullable(),
  entrypoint: texts.nullable(),
  user: text,
  workdir: text,
  exposed: texts,
  volumes: texts,
  stopSignal: text.nullable(),
  shell: texts.nullable(),
  architecture: text,
});

export const containerSchema: z.ZodType<ContainerRecord> = z.object({
  id: text,
  name: text,
  engineId: text,
  image: text,
  imageId: text,
  imageDigest: text.nullable(),
  hostName: text,
  mounts: z.array(z.object({ type: text, destination: text, source: text, readOnly: flag })),
  imageConfig,
  command: texts.nullable(),
  entrypoint: texts.nullable(),
  env: texts,
  user: text,
  workdir: text,
  ports: texts,
});

export const choicesSchema: z.ZodType<Choices> = z.object({
  keep: texts,
  drop: texts,
  rename: z.record(text, text),
  annotate: z.record(text, text),
  secret: texts,
  cmd: texts.nullable(),
});
