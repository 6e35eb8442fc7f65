import * as z from "zod";
import { MODES } from "../../settings/modes.ts";
import { allowRule, PROFILES } from "../../settings/schema/scan-schema.ts";
import type { RuleFile } from "../allow/rules.ts";
import type { InstanceRules } from "../allow/unit-instance.ts";
import type { ContainerScan, ScanSummary } from "../findings/container-scan.ts";

const ruleFile = z.object({ file: z.string(), image: z.string().nullable(), allow: z.array(z.unknown()) });
const unitRules = z.object({ profile: z.enum(PROFILES), rules: ruleFile.nullable(), problem: z.string().nullable() });
const form = z.object({ format: z.enum(["text", "json", "sarif", "none"]), isColoured: z.boolean() });

const nodeTask = z.object({
  key: z.string(),
  run: z.string(),
  names: z.array(z.string()),
  all: z.boolean(),
  isQuick: z.boolean(),
  hasMounts: z.boolean(),
  rules: z.array(ruleFile),
  /** What the settings of units say, of which the node knows nothing. */
  units: z.array(z.object({ unit: z.string(), mode: z.enum(MODES), rules: unitRules })),
  report: form,
  today: z.string(),
  /** Node to the name that it has in the report. */
  nodeNames: z.record(z.string(), z.string()),
});

/** What a node is told to do, as it stands in the Swarm's secret. */
export type NodeTask = z.infer<typeof nodeTask>;

/** Reads what a node is told to do. */
export function parseNodeTask(text: string): NodeTask {
  return nodeTask.parse(JSON.parse(text));
}

/** A file of rules as it can be read again. */
export function rawRules({ file, image, allow }: RuleFile): NodeTask["rules"][number] {
  return { file, image, allow: allow.map(rawRule) };
}

/** The file of rules again. */
export function parseRules({ allow, ...rest }: NodeTask["rules"][number]): RuleFile {
  return { ...rest, allow: allow.map((raw) => allowRule.parse(raw)) };
}

/** What settings of units say, as it can be read again; what allows nothing and asks for nothing is left out. */
export function rawUnits(units: readonly InstanceRules[]): NodeTask["units"] {
  return units
    .filter(({ rules: { profile, rules, problem } }) => profile !== "service" || rules !== null || problem !== null)
    .map(({ unit, mode, rules: { rules, ...rest } }) => ({
      unit,
      mode,
      rules: { ...rest, rules: rules === null ? null : rawRules(rules) },
    }));
}

/** What settings of units say, again. */
export function parseUnits(units: NodeTask["units"]): readonly InstanceRules[] {
  return units.map(({ rules: { rules, ...rest }, ...instance }) => ({
    ...instance,
    rules: { ...rest, rules: rules === null ? null : parseRules(rules) },
  }));
}

function rawRule({ maxSize, allowCritical, ...rest }: z.output<typeof allowRule>): unknown {
  return { ...rest, ...(maxSize === undefined ? {} : { max_size: maxSize }), ...(allowCritical ? { allow_critical: true } : {}) };
}

const mount = z.object({ path: z.string(), type: z.string() });
const counts = z.object({ critical: z.number(), high: z.number(), medium: z.number(), low: z.number() });
const container = z.object({
  kind: z.literal("container"),
  engine: z.string(),
  id: z.string(),
  name: z.string(),
  image: z.string(),
  imageId: z.string(),
  status: z.enum(["scanned", "gone"]),
  evidence: z.enum(["layer", "api"]),
  counts,
  written: z.array(z.string()),
  allowed: z.number(),
  unscanned: z.array(mount),
  weak: z.array(z.string()),
  incomplete: z.array(z.string()),
  entries: z.number(),
});
const rulePlace = z.object({ path: z.string(), file: z.string() });
const summary = z.object({
  kind: z.literal("summary"),
  containers: z.number(),
  findings: z.number(),
  bySeverity: counts,
  allowed: z.number(),
  unscanned: z.number(),
  weak: z.number(),
  incomplete: z.number(),
  gone: z.number(),
  unusedRules: z.array(rulePlace),
  expiredRules: z.array(rulePlace),
  isAllOk: z.boolean(),
});
const message = z.discriminatedUnion("kind", [container, summary, z.object({ kind: z.literal("findings"), written: z.string() })]);

/** What a node says of its scan. */
export type NodeMessage =
  | { readonly kind: "findings"; readonly written: string }
  | { readonly kind: "container"; readonly scan: ContainerScan }
  | { readonly kind: "summary"; readonly summary: ScanSummary };

/** A message as a line. */
export function writeMessage(one: NodeMessage): string {
  if (one.kind === "findings") return JSON.stringify(one);
  if (one.kind === "summary") return JSON.stringify({ kind: "summary", ...one.summary });
  const { findings: _findings, ruleFiles: _files, signature: _signature, allowed, ...scan } = one.scan;
  return JSON.stringify({ kind: "container", ...scan, allowed: [...allowed.values()].reduce((sum, count) => sum + count, 0) });
}

/** A message again. */
export function parseMessage(text: string): NodeMessage {
  const read = message.parse(JSON.parse(text));
  if (read.kind === "findings") return read;
  if (read.kind === "summary") {
    const { kind, ...rest } = read;
    return { kind, summary: rest };
  }
  const { kind, allowed, ...scan } = read;
  return { kind, scan: { ...scan, allowed: new Map([[0, allowed]]), findings: [], ruleFiles: [], signature: 0 } };
}
