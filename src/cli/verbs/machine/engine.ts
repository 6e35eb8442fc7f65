import { EXIT } from "../../../base/exit-code.ts";
import { startPrivateEngine } from "../../../engine/private/start.ts";
import { type PrivateEngineStatus, privateEngineStatus } from "../../../engine/private/status.ts";
import { stopPrivateEngine } from "../../../engine/private/stop.ts";
import type { VerbContext } from "../../context.ts";
import { toJson } from "../../json.ts";

/** `cooper engine start`: runs a private engine and says how to reach it. */
export async function startEngine(context: VerbContext): Promise<number> {
  const engine = await startPrivateEngine({ env: context.env, emit: context.progress.emit, signal: context.signal });
  context.progress.clear();
  const what = engine.wasRunning ? "was running already" : "runs";
  await context.print(`The private engine ${what}: version ${engine.version ?? "unknown"}, process ${engine.pid ?? "unknown"}.\n`);
  await context.print('cooper finds it by itself where there is no other engine. For the docker command: eval "$(cooper engine env)"\n');
  return EXIT.done;
}

/** `cooper engine stop`: ends it and removes what it left on this machine, with `purge` also its images. */
export async function stopEngine(context: VerbContext, options: { readonly purge?: boolean }): Promise<number> {
  const isPurge = options.purge === true;
  const { wasRunning } = await stopPrivateEngine({ env: context.env, emit: context.progress.emit, purge: isPurge });
  context.progress.clear();
  const kept = isPurge ? "its images and containers are removed" : "its images stay for the next start";
  await context.print(
    wasRunning ? `The private engine is stopped; ${kept}.\n` : `The private engine was not running${isPurge ? `; ${kept}` : ""}.\n`,
  );
  return EXIT.done;
}

/** `cooper engine status`: exit code 0 when it runs, 1 when it does not. */
export async function showEngineStatus(context: VerbContext, options: { readonly json?: boolean }): Promise<number> {
  const status = await privateEngineStatus(context.env);
  await context.print(options.json === true ? toJson("cooper.engine/1", { ...status }) : renderStatus(status));
  return status.state === "running" ? EXIT.done : EXIT.no;
}

function renderStatus(status: PrivateEngineStatus): string {
  const lines: readonly (readonly [string, string | number | null])[] = [
    ["state", status.state === "silent" ? "its process is there, but it does not answer" : status.state],
    ["process", status.pid],
    ["version", status.version],
    ["running containers", status.containers],
    ["address", status.url],
    ["network", status.bridge === null ? null : `${status.bridge} ${status.addresses ?? ""}`],
    ["folder", status.folder],
    ["log", status.log],
  ];
  const shown = lines.filter(([, value]) => value !== null);
  return shown.map(([name, value]) => `${name.padEnd(20)}${value ?? ""}\n`).join("");
}

/** `cooper engine env`: what the docker command needs, for the shell's `eval`. */
export async function printEngineEnvironment(context: VerbContext): Promise<number> {
  const status = await privateEngineStatus(context.env);
  if (status.state !== "running") {
    context.stderr.write("cooper: the private engine does not run\n  Start it: cooper engine start\n");
    return EXIT.engine;
  }
  await context.print(`export DOCKER_HOST='${status.url.replaceAll("'", String.raw`'\''`)}'\nunset DOCKER_CONTEXT DOCKER_TLS_VERIFY\n`);
  return EXIT.done;
}
