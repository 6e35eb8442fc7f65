import type { ContainerInfo } from "../../engine/container/container-info.ts";
import { runInContainer } from "../../engine/stream/exec.ts";
import type { Engine } from "../../engine/open-engine.ts";
import type { Identity, Shell, ShellVariable } from "../../history/model.ts";
import { UNKNOWN_STATE } from "../shell/live-shell.ts";

interface CommandPlace {
  readonly engine: Engine;
  readonly container: ContainerInfo;
  readonly user?: string | undefined;
  readonly workdir?: string | undefined;
  readonly env?: readonly string[] | undefined;
}

/** What stands in the place of a shell for a command that runs without one: its user, directory and environment. */
export async function commandShell(place: CommandPlace): Promise<Shell> {
  const { container, workdir, env = [] } = place;
  const identity = await readIdentity(place);
  const cwd = workdir ?? (container.config.workdir === "" ? "/" : container.config.workdir);
  const variables = Object.fromEntries([...container.config.env, ...env].map(readSetting));
  return { key: "shell1", parent: null, kind: "none", identity, login: false, state: { ...UNKNOWN_STATE, cwd, variables } };
}

function readSetting(line: string): readonly [string, ShellVariable] {
  const at = line.indexOf("=");
  const [name, value] = at === -1 ? [line, ""] : [line.slice(0, at), line.slice(at + 1)];
  return [name, { kind: "scalar", value, exported: true }];
}

const ASK = "id -u; id -g; id -G; id -un; echo ~";

/** What has the shell's name may answer nothing, or without end. */
const ANSWERS_WITHIN_MS = 20_000;
const LONGEST_ANSWER = 64 * 1024;

// A container without a shell or `id` still runs commands: then what was asked for is all that is known.
async function readIdentity({ engine, container, user }: CommandPlace): Promise<Identity> {
  const options = { signal: AbortSignal.timeout(ANSWERS_WITHIN_MS), mostBytes: LONGEST_ANSWER, ...(user === undefined ? {} : { user }) };
  const reply = await runInContainer(engine, container.id, ["/bin/sh", "-c", ASK], options).catch(() => null);
  const [uid, gid, groups, name, home] = (reply?.stdout.toString() ?? "").split("\n");
  const wanted = (user ?? container.config.user).split(":")[0] ?? "";
  const number = /^\d+$/.test(uid ?? "") ? Number(uid) : /^\d+$/.test(wanted) ? Number(wanted) : 0;
  return {
    user: name === undefined || name === "" ? (wanted === "" ? "root" : wanted) : name,
    uid: number,
    gid: /^\d+$/.test(gid ?? "") ? Number(gid) : number,
    groups: (groups ?? "").split(" ").filter(Boolean).map(Number).filter(Number.isInteger),
    home: home === undefined || !home.startsWith("/") ? "/" : home,
  };
}
