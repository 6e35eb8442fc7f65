import type { PathChange } from "../../format/tree/entry.ts";
import type { Effect, Step } from "../../history/model.ts";
import { type LiveShell, UNKNOWN_STATE } from "../shell/live-shell.ts";

const NOBODY = { user: "root", uid: 0, gid: 0, groups: [0], home: "/root" };

interface OutsideFacts {
  readonly id: string;
  readonly now: number;
  /** The shell at whose prompt it was noticed. */
  readonly shell: LiveShell | null;
}

/** A Step for changes that no command of ours made. */
export function outsideStep(effect: Effect, { id, now, shell }: OutsideFacts): Step {
  const times = momentsOf(effect.changes).filter((at) => at > 0 && at <= now);
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

/** When the paths came there. What a moved folder holds keeps its old time: it came with the folder. */
function momentsOf(changes: readonly PathChange[]): number[] {
  const isMoving = changes.some(({ before, after }) => before?.type === "directory" && after === null);
  const folders = new Map(
    changes.flatMap(({ path, before, after, changedAt }) =>
      isMoving && before === null && after?.type === "directory" ? [[path, changedAt] as const] : [],
    ),
  );
  return changes.map(({ path, changedAt }) => {
    let at = changedAt;
    for (let end = path.lastIndexOf("/"); end > 0 && folders.size > 0; end = path.lastIndexOf("/", end - 1))
      at = Math.max(at, folders.get(path.slice(0, end)) ?? 0);
    return changedAt === 0 ? 0 : at;
  });
}

const DATABASES = /^\/(?:var\/lib\/dpkg\/|lib\/apk\/|var\/lib\/rpm\/)/;

/** Of several commands that one look is about, the one that has the packages and processes: who wrote the data base, else the last. */
export function packagesTarget(own: readonly { readonly changes: readonly PathChange[] }[]): number {
  const index = own.findIndex(({ changes }) => changes.some(({ path }) => DATABASES.test(path)));
  return index === -1 ? own.length - 1 : index;
}
