import { readTextIfThere } from "../../../system/file/files.ts";
import { EXIT } from "../../../base/exit-code.ts";
import { parseNodeTask } from "../../../ship/scan/swarm/messages.ts";
import { scanNode } from "../../../ship/scan/swarm/scan-node.ts";
import type { EngineChoice, VerbContext } from "../../context.ts";
import { openChosenEngine } from "../../places.ts";
import { besideProgram, localSensor } from "../../sensor-program.ts";
import { writeFindings } from "../../write-findings.ts";

/** `cooper scan-node SECRET`: what `cooper scan --swarm` runs on each node. */
export async function scanThisNode(context: VerbContext, secret: string, options: EngineChoice): Promise<number> {
  const task = parseNodeTask((await readTextIfThere(`/run/secrets/${secret}`)) ?? "null");
  const engine = await openChosenEngine(context, options);
  const own = {
    sensor: await localSensor(),
    threads: await besideProgram("scan-worker.mjs"),
    write: writeFindings,
    signal: context.signal,
  };
  await scanNode(engine, task, { node: context.env["COOPER_NODE"] ?? "", own, print: context.print });
  return EXIT.done;
}
