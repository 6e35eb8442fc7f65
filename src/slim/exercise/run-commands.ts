import { isCooperError } from "../../base/errors.ts";
import { type ContainerInfo, inspectContainer } from "../../engine/container/container.ts";
import type { Engine } from "../../engine/open-engine.ts";
import { runProcess } from "../../system/process/process.ts";
import { portAddresses } from "../../probe/port-addresses.ts";
import type { Answer, ExerciseRun } from "./plan.ts";

interface Ran {
  /** What went wrong, in one line; empty when nothing did. */
  readonly why: string;
  readonly output: string;
  readonly answers: readonly Answer[];
}

const NOTHING: Ran = { why: "", output: "", answers: [] };

/** Runs the commands of the exercise, those inside first; each must end with 0. */
export async function runCommands(engine: Engine, id: string, run: ExerciseRun): Promise<Ran> {
  const inside = await runInside(id, run);
  if (inside.why !== "" || run.command === null) return inside;
  const env = variables(engine, await inspectContainer(engine, id), run);
  const ran = await runOnHost(run.command, { ...run, env });
  return { ...inside, output: inside.output + ran.output, why: ran.why };
}

async function runOnHost(
  command: string,
  { env, deadlineMs, signal }: Pick<ExerciseRun, "env" | "deadlineMs" | "signal">,
): Promise<{ readonly why: string; readonly output: string }> {
  let output = "";
  const onOutput = (chunk: Buffer): void => void (output += chunk.toString());
  try {
    const { exit } = await runProcess(["sh", "-c", command], { env, timeoutMs: deadlineMs, signal, ownsGroup: true, onOutput });
    return { output, why: exit === 0 ? "" : `the exercise ended with ${exit}` };
  } catch (error) {
    if (!isCooperError(error) || error.code !== "process-timeout") throw error;
    return { output, why: `the exercise did not end within ${deadlineMs / 1000} s` };
  }
}

async function runInside(id: string, run: ExerciseRun): Promise<Ran> {
  let all = NOTHING;
  for (const argv of run.inside) {
    run.signal.throwIfAborted();
    const ran = await run.runInside(id, argv);
    const name = argv.join(" ");
    const output = all.output + ran.stdout.toString() + ran.stderr.toString();
    if (ran.exit !== 0) return { why: `"${name}" ended with ${ran.exit} inside`, output, answers: [] };
    all = { why: "", output, answers: [...all.answers, { question: name, answer: "ends with 0", body: null }] };
  }
  return all;
}

function variables(engine: Engine, container: ContainerInfo, run: ExerciseRun): Record<string, string | undefined> {
  const ports = portAddresses(container).map(({ port, host, hostPort }) => [`COOPER_PORT_${port}`, `${host}:${hostPort}`]);
  return {
    ...run.env,
    ...engine.dockerEnv,
    COOPER_CONTAINER: container.name,
    COOPER_IMAGE: run.image,
    COOPER_IP: container.networkSettings.ip,
    ...Object.fromEntries(ports),
  };
}
