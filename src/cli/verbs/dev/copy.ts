import { CooperError } from "../../../base/errors.ts";
import { EXIT } from "../../../base/exit-code.ts";
import { dockerHint } from "../../../remote/link/docker-there.ts";
import { ownContainer } from "../../../remote/session/own-container.ts";
import { openSessionEngine, sharedWay } from "../../../remote/session/session-engine.ts";
import { runProcess } from "../../../system/process/process.ts";
import type { VerbContext } from "../../context.ts";
import { chosenSession, type SessionChoice } from "./session.ts";

/** `cooper dev cp`: a file or a folder into the session's container or out of it; the container's side begins with a colon. */
export async function devCopy(context: VerbContext, [from, to]: readonly [string, string], options: SessionChoice): Promise<number> {
  const session = await chosenSession(context, options);
  const container = ownContainer(session);
  if (from.startsWith(":") === to.startsWith(":") || from === "-" || to === "-") throw malformed();
  const engine = await openSessionEngine(session, context, sharedWay(session));
  const place = (path: string): string => (path.startsWith(":") ? `${container.id}${path}` : path);
  // The docker command would connect by itself, and ask much of an engine that is far away.
  const { sshSocket } = engine.channel.target;
  const near = sshSocket === undefined ? {} : { DOCKER_HOST: `unix://${sshSocket}` };
  const env = { ...context.env, ...engine.dockerEnv, ...near };
  const { exit, stderr } = await runProcess(["docker", "cp", "--", place(from), place(to)], { env, signal: context.signal });
  if (exit === 0) return 0;
  throw new CooperError("docker-failed", `docker cp ended with exit code ${exit}: ${stderr.toString().trim()}`, {
    hint: dockerHint(stderr.toString()),
    exit: EXIT.no,
  });
}

function malformed(): CooperError {
  return new CooperError("copy-malformed", "one of the two paths must be the container's, the other one of this machine", {
    hint: "It begins with a colon: cooper dev cp ./site.conf :/etc/nginx/conf.d/, or cooper dev cp :/var/log/nginx . (an archive: dodo tar -c /var/log/nginx)",
    exit: EXIT.usage,
  });
}
