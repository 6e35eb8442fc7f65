import type { DebconfAnswer, PackageChange } from "../format/package-database/change.ts";
import type { LeftProcess, ListeningSocket } from "../format/proc/left-process.ts";
import type { Effect, Identity, Session, Shell, ShellKind, ShellState, ShellVariable, StateChange, Step } from "../history/model.ts";
import type { TestStep } from "./test-history.ts";
import { playRow } from "./test-rows.ts";
import type { TestWorld } from "./test-rows.ts";

interface Stage {
  readonly id: string;
  readonly shells: Record<string, Shell>;
  readonly steps: Step[];
  readonly stack: { key: string; cwd: string; umask: string }[];
}

/** Plays the Steps in one Session after another and tells what was recorded. */
export function playSessions(world: TestWorld, steps: readonly TestStep[], kind: ShellKind): Session[] {
  const stages: Stage[] = [];
  let at = 1000;
  for (const step of steps) {
    if (stages.length === 0 || step.session !== undefined) stages.push(openStage(`s${stages.length + 1}`, step.session ?? "root", kind));
    const stage = stages[stages.length - 1];
    if (stage !== undefined) playStep(world, stage, { step, at, kind });
    at += 1000;
  }
  return stages.map((stage) => ({
    id: stage.id,
    startedAt: stage.steps[0]?.startedAt ?? 0,
    endedAt: stage.steps.at(-1)?.endedAt ?? 0,
    shells: stage.shells,
    steps: stage.steps,
  }));
}

function openStage(id: string, user: string, kind: ShellKind): Stage {
  const stage: Stage = { id, shells: {}, steps: [], stack: [] };
  openShell(stage, { user, kind, login: false, cwd: "/" });
  return stage;
}

function openShell(stage: Stage, shell: { user: string; kind: ShellKind; login: boolean; cwd: string }): string {
  const key = `${stage.id}.h${Object.keys(stage.shells).length + 1}`;
  const identity = identityOf(shell.user);
  const text = (value: string): ShellVariable => ({ kind: "scalar", value, exported: true });
  const state: ShellState = {
    cwd: shell.cwd,
    umask: "0022",
    variables: { PATH: text("/usr/sbin:/usr/bin:/sbin:/bin"), HOME: text(identity.home) },
    functions: {},
    aliases: {},
    options: [],
  };
  stage.shells[key] = {
    key,
    parent: stage.stack.at(-1)?.key ?? null,
    kind: shell.kind,
    identity,
    login: shell.login,
    state,
  };
  stage.stack.push({ key, cwd: shell.cwd, umask: "0022" });
  return key;
}

function openLogin(stage: Stage, user: string, kind: ShellKind): string {
  return openShell(stage, { user, kind, login: true, cwd: identityOf(user).home });
}

function identityOf(user: string): Identity {
  if (user === "root") return { user, uid: 0, gid: 0, groups: [0], home: "/root" };
  return { user, uid: 1000, gid: 1000, groups: [1000], home: `/home/${user}` };
}

function playStep(world: TestWorld, stage: Stage, moment: { step: TestStep; at: number; kind: ShellKind }): void {
  const { step, at } = moment;
  const place = stage.stack.at(-1) ?? { key: "", cwd: "/", umask: "0022" };
  const shell = stage.shells[place.key];
  const started = {
    shell: place.key,
    cwd: place.cwd,
    umask: place.umask,
    identity: shell?.identity ?? identityOf("root"),
  };
  place.cwd = step.cd ?? step.change?.cwd ?? place.cwd;
  place.umask = step.umask ?? step.change?.umask ?? place.umask;
  const opened = step.opens === undefined ? [] : [openLogin(stage, step.opens, moment.kind)];
  if (step.closes === true) stage.stack.pop();
  stage.steps.push({
    id: `${stage.id}.${stage.steps.length + 1}`,
    kind: step.kind ?? "command",
    typed: step.typed,
    ran: step.ran ?? step.typed,
    argv: step.argv ?? null,
    ...started,
    startedAt: at,
    endedAt: at + (step.lasts ?? 500),
    exit: step.exit === undefined ? 0 : step.exit,
    interrupted: step.interrupted ?? false,
    background: step.background ?? false,
    opened,
    change: changeOf(step),
    effect: effectOf(world, step, { at, cwd: started.cwd, uid: started.identity.uid }),
    secrets: step.secrets ?? [],
    findings: step.findings ?? [],
  });
}

function effectOf(world: TestWorld, step: TestStep, place: { at: number; cwd: string; uid: number }): Effect {
  const { at, cwd, uid } = place;
  return {
    changes: (step.does ?? []).map((row) => playRow(world, row, at + 100)).toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    uncertain: step.uncertain ?? false,
    reads: step.reads ?? null,
    packages: (step.packages ?? []).map(packageOf),
    debconf: (step.answers ?? []).map(answerOf),
    processes: (step.leaves ?? []).map((left) => (typeof left === "string" ? processOf(left, cwd, uid) : left)),
    ended: step.ends ?? [],
  };
}

function changeOf(step: TestStep): StateChange {
  const variables: Record<string, ShellVariable | null> = {};
  for (const [name, value] of Object.entries(step.exports ?? {})) variables[name] = { kind: "scalar", value, exported: true };
  for (const [name, value] of Object.entries(step.sets ?? {})) variables[name] = { kind: "scalar", value, exported: false };
  for (const name of step.unsets ?? []) variables[name] = null;
  return {
    ...(step.cd === undefined ? {} : { cwd: step.cd }),
    ...(step.umask === undefined ? {} : { umask: step.umask }),
    ...(Object.keys(variables).length === 0 ? {} : { variables }),
    ...(step.functions === undefined ? {} : { functions: step.functions }),
    ...(step.aliases === undefined ? {} : { aliases: step.aliases }),
    ...(step.options === undefined ? {} : { options: step.options }),
    ...step.change,
  };
}

function packageOf(row: string): PackageChange {
  const name = row.slice(1).split(" ")[0] ?? "";
  const isThere = row.startsWith("+");
  return {
    manager: "apt",
    name,
    before: isThere ? null : "1.0",
    after: isThere ? "1.0" : null,
    automatic: row.endsWith(" auto"),
  };
}

function answerOf(row: string): DebconfAnswer {
  const [owner = "", question = "", type = "", ...value] = row.split(" ");
  return { package: owner, question, type, value: value.join(" ") };
}

function processOf(row: string, cwd: string, uid: number): LeftProcess {
  const [command = "", ports = ""] = row.split("@");
  const [pid = "0", ...argv] = command.split(" ");
  const listening = ports
    .split(",")
    .filter((port) => port !== "")
    .map((port): ListeningSocket => {
      const [number = "0", address = "0.0.0.0"] = port.split(":").toReversed();
      return { protocol: "tcp", address, port: Number(number) };
    });
  return { pid: Number(pid), parent: 1, argv, uid, cwd, listening };
}
