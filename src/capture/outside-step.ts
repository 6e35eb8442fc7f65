import type { PathChange } from "../format/tree/entry.ts";
import type { Effect, Step } from "../history/model.ts";
import { type LiveShell, UNKNOWN_STATE } from "./live-shell.ts";

const NOBODY = { user: "root", uid: 0, gid: 0, groups: [0], home: "/root" };

interface OutsideFacts {
  readonly id: string;
  readonly now: number;
  /** The shell at whose prompt it was noticed. */
  readonly shell: LiveShell | null;
}

/** A Step for changes that no command of ours made. */
export function outsideStep(effect: Effect, { id, now, shell }: OutsideFacts): Step {
  const times = effect.changes.map(({ changedAt }) => changedAt).filter((at) => at > 0 && at <= now);
  const { cwd, umask } = shell?.state ?? UNKNOWN_STATE;
  return {
    id,
    kind: "outside",
    typed: "",
    ran: "",
    argv: null,
    shell: shell?.key ?? "shell1",
    cwd,
    umask,
    identity: shell?.identity ?? NOBODY,
    startedAt: Math.floor(Math.min(now, ...times)),
    endedAt: times.length === 0 ? now : Math.ceil(Math.max(...times)),
    exit: null,
    interrupted: false,
    background: false,
    opened: [],
    change: {},
    effect,
    secrets: [],
    findings: [],
  };
}

const DATABASES = /^\/(?:var\/lib\/dpkg\/|lib\/apk\/|var\/lib\/rpm\/)/;

/** Of several commands that one look is about, the one that has the packages and processes: who wrote the data base, else the last. */
export function packagesTarget(own: readonly { readonly changes: readonly PathChange[] }[]): number {
  const index = own.findIndex(({ changes }) => changes.some(({ path }) => DATABASES.test(path)));
  return index === -1 ? own.length - 1 : index;
}
