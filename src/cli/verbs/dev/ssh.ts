import { dirname } from "node:path";
import { EXIT } from "../../../base/exit-code.ts";
import { serveSsh } from "../../../remote/ssh-server/serve-ssh.ts";
import { sessionServices } from "../../../remote/ssh-server/session-services.ts";
import { includeAliases, sessionHostKey, sshConfigFile, writeAlias } from "../../../remote/ssh-server/ssh-alias.ts";
import { openSessionEngine } from "../../../remote/session/session-engine.ts";
import { readSession } from "../../../remote/session/session-record.ts";
import { readTextIfThere } from "../../../system/file/files.ts";
import { makePrivateFolder } from "../../../system/store/state-folder.ts";
import type { VerbContext } from "../../context.ts";
import { localSensor, readSensor } from "../../sensor-program.ts";
import { chosenSession, type SessionChoice } from "./session.ts";

/** `cooper dev ssh-config`: an alias by which ssh, scp, rsync and editors reach the session's container. */
export async function devSshConfig(context: VerbContext, options: SessionChoice & { readonly include?: boolean }): Promise<number> {
  const session = await chosenSession(context, options);
  const file = await writeAlias(session, context.own);
  await context.print((await readTextIfThere(file)) ?? "");
  if (options.include === true) {
    const own = sshConfigFile(context);
    await makePrivateFolder(dirname(own));
    await includeAliases(context);
    context.progress.emit({ kind: "progress", text: `${own} reads it: ssh ${session.record.name}` });
  } else {
    const text = `ssh -F ${file} ${session.record.name}; with --include your own ssh configuration reads it: ssh ${session.record.name}`;
    context.progress.emit({ kind: "progress", text });
  }
  return EXIT.done;
}

/** `cooper dev ssh-server`: what ssh runs to reach a session's container; speaks SSH on standard input and output. */
export async function devSshServer(context: VerbContext, folder: string): Promise<number> {
  const session = await readSession(folder);
  if (session === null) return EXIT.cooperFailed;
  const { env, own, randomHex, stdin, stdout } = context;
  const services = sessionServices({
    session,
    env,
    own,
    randomHex,
    openEngine: () => openSessionEngine(session, context),
    readSensor: async (engine) => ({ sensor: await readSensor(engine), local: await localSensor() }),
  });
  await serveSsh({ input: stdin, output: stdout, hostKey: await sessionHostKey(session), services });
  return EXIT.done;
}
