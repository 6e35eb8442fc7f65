import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import { inspectContainer } from "../../engine/container.ts";
import { sshTo } from "../../remote/link/ssh-master.ts";
import { openSessionEngine } from "../../remote/session/session-engine.ts";
import { forwardPort } from "../../system/forward-port.ts";
import { runProcess } from "../../system/process.ts";
import type { VerbContext } from "../context.ts";
import { chosenSession, type SessionChoice } from "./dev-session.ts";

/** `cooper dev forward`: a port of the container is one of this machine until ^C. */
export async function devForward(context: VerbContext, text: string, options: SessionChoice): Promise<number> {
  const { near, far } = readPorts(text);
  const session = await chosenSession(context, options);
  const { container, engine: place } = session.record;
  const engine = await openSessionEngine(session, context);
  const { name, networkSettings } = await inspectContainer(engine, container?.id ?? "");
  if (networkSettings.ip === "") throw noAddress(name);
  const said = (port: number): Promise<void> => context.print(`http://127.0.0.1:${port}/ is port ${far} of ${name}; ^C ends it\n`);
  if (place.host?.startsWith("ssh://") === true) {
    const tunnel = ["-N", "-T", "-o", "ExitOnForwardFailure=yes", "-L", `127.0.0.1:${near}:${networkSettings.ip}:${far}`];
    await said(near);
    await runProcess(sshTo(place.host, tunnel), { env: context.env, signal: context.signal }).catch(unlessStopped(context));
    return 0;
  }
  const forwarded = await forwardPort({ port: near, to: { host: networkSettings.ip, port: far } }).catch((error: unknown) => {
    throw portTaken(near, error);
  });
  await said(forwarded.port);
  await new Promise<void>((resolve) => context.signal.addEventListener("abort", () => resolve(), { once: true }));
  forwarded.close();
  return 0;
}

function unlessStopped({ signal }: VerbContext): (error: unknown) => void {
  return (error) => {
    if (!signal.aborted) throw error;
  };
}

function readPorts(text: string): { readonly near: number; readonly far: number } {
  const match = /^(?:(\d{1,5}):)?(\d{1,5})$/.exec(text);
  if (match === null)
    throw new CooperError("port-malformed", `${JSON.stringify(text)} is no port`, {
      hint: "cooper dev forward 8080, or 9000:80 (here:there)",
    });
  return { near: Number(match[1] ?? match[2]), far: Number(match[2]) };
}

function noAddress(name: string): CooperError {
  return new CooperError("container-without-address", `the container ${name} has no address of its own`, {
    hint: "It has no network, or that of its machine (then its ports are the machine's).",
    exit: EXIT.no,
  });
}

function portTaken(port: number, cause: unknown): CooperError {
  return new CooperError("port-taken", `port ${port} of this machine cannot be used`, {
    hint: "Name another one: cooper dev forward 9000:80",
    exit: EXIT.usage,
    cause,
  });
}
