import type { Engine } from "../../../engine/open-engine.ts";
import { rulesOfInstance } from "../allow/unit-instance.ts";
import { SummaryMaker } from "../findings/summary.ts";
import { namesHere } from "../names-here.ts";
import { scan, type ScanRequest } from "../pipeline.ts";
import { FrameWriter } from "./frames.ts";
import { type NodeMessage, type NodeTask, parseRules, parseUnits, writeMessage } from "./messages.ts";

/** Where a node's container sees its machine. */
export const NODE_HOST = { root: "/host", proc: "/host/proc" } as const;
/** Label of the containers that scan. */
export const RUN_LABEL = "cooper.scan";

interface NodePlace {
  /** The node's id, as the Swarm tells the container. */
  readonly node: string;
  readonly own: Pick<ScanRequest, "sensor" | "threads" | "write" | "signal">;
  readonly print: (line: string) => Promise<void>;
}

/** Scans the containers of the machine that this container is on, and writes what is found as sealed lines. */
export async function scanNode(engine: Engine, task: NodeTask, { node, own, print }: NodePlace): Promise<void> {
  const frames = new FrameWriter({ key: task.key, run: task.run, node }, print);
  const say = (message: NodeMessage): Promise<void> => frames.say(writeMessage(message));
  const rules = task.rules.map(parseRules);
  const units = parseUnits(task.units);
  const names = await namesHere(engine, task.names);
  const request: ScanRequest = {
    ...own,
    names,
    rules,
    all: task.all,
    isQuick: task.isQuick,
    hasMounts: task.hasMounts,
    report: task.report,
    today: task.today,
    engineName: task.nodeNames[node] ?? node,
    host: NODE_HOST,
    without: `${RUN_LABEL}=${task.run}`,
    rulesOf: (container) => Promise.resolve(rulesOfInstance(units, container)),
    keepsFindings: false,
    hearEarly: (written) => say({ kind: "findings", written }),
  };
  // None of the named containers is here: without a name all would be looked at.
  const isElsewhere = task.names.length > 0 && names.length === 0;
  const summary = isElsewhere
    ? new SummaryMaker(rules, task.today).make()
    : await scan(engine, request, (one) => say({ kind: "container", scan: one }));
  await say({ kind: "summary", summary });
  await frames.end();
}
