import { EXIT } from "../../../base/exit-code.ts";
import { listContainers } from "../../../engine/container/container.ts";
import { openEngine } from "../../../engine/open-engine.ts";
import { escapeText } from "../../../terminal/escape-text.ts";
import type { VerbContext } from "../../context.ts";
import { toJson } from "../../json.ts";

/** The one socket that is asked, whatever the environment and the configuration say. */
const SOCKET = "unix:///var/run/docker.sock";

/** `cooper map`: id and name of the running containers. It reads no configuration and no environment, so that it may be run as root for others. */
export async function map(context: VerbContext, options: { readonly json?: boolean }): Promise<number> {
  const engine = await openEngine({ env: {}, home: "/", host: SOCKET });
  const containers = (await listContainers(engine)).map(({ id, name }) => ({ id: id.slice(0, 12), name }));
  if (options.json === true) await context.print(toJson("cooper.map/1", { containers }));
  else await context.print(containers.map(({ id, name }) => `${escapeText(id)} ${escapeText(name)}\n`).join(""));
  return EXIT.done;
}
