import { readLayerRecords } from "../../trace/layer-records.ts";
import { parseIdMap } from "../../format/proc/id-map.ts";
import type { AllowRule } from "../settings/schema/scan-schema.ts";
import { indexRules } from "./allow/allow-index.ts";
import { classify, classifyRunning } from "./classify/classify.ts";
import { type ScanFinding, type Severity } from "./classify/finding.ts";
import { byPath, countFindings } from "./findings/order.ts";
import type { InnerMount } from "./locate/locate.ts";
import type { FoundIn, ReportForm, WriteFindings } from "./output/report-form.ts";
import { lookAtProcesses } from "./processes/look-at-processes.ts";
import type { LayerChange, Unseen } from "./walk/change.ts";
import type { CompareSettings } from "./walk/compare-node.ts";
import { compareRoots, isFileOfLayer } from "./walk/compare-path.ts";
import { engineNoise, type NoiseFacts } from "./walk/engine-noise.ts";
import { FolderPairs, type LayerStack } from "./walk/folder-pair.ts";
import { lookInMount, type MountPlace } from "./walk/look-in-mount.ts";
import { compareListing } from "./walk/compare-listing.ts";

/** One piece of the scan of one container, as plain values: a thread does it. */
export interface ScanTask {
  readonly of: FoundIn;
  readonly form: ReportForm;
  /** Give the findings themselves back too. */
  readonly keepsFindings: boolean;
  readonly stack: LayerStack;
  readonly idMaps: readonly [string, string];
  /** What the sensor read of the container's own layer. */
  readonly records: Uint8Array;
  readonly isQuick: boolean;
  readonly noise: NoiseFacts;
  readonly allow: readonly AllowRule[];
  /** "2030-01-31". */
  readonly today: string;
  /** What else is looked at; null when an earlier piece did. */
  readonly living: {
    readonly proc: string;
    readonly pids: readonly number[];
    readonly mounts: readonly InnerMount[];
    readonly places: readonly MountPlace[];
  } | null;
}

export interface ScanPiece extends Judged {
  readonly entries: number;
  readonly unverified: number;
  readonly unseen: readonly Unseen[];
  readonly signature: number;
}

/** What is left of changes when what is allowed is taken away. */
export interface Judged {
  readonly counts: Readonly<Record<Severity, number>>;
  /** None where they are not kept. */
  readonly findings: readonly ScanFinding[];
  /** The findings as the report has them. */
  readonly written: string;
  /** Numbers of the rules that allowed something, each as often as it did. */
  readonly allowedBy: readonly number[];
}

/** Scans a piece of a container's own layer, and with the first piece what runs and what is mounted. */
export function scanPart(task: ScanTask, write: WriteFindings): ScanPiece {
  const [uid, gid] = task.idMaps.map(parseIdMap);
  const settings: CompareSettings = {
    isQuick: task.isQuick,
    uid: uid ?? ((id) => id),
    gid: gid ?? ((id) => id),
    marks: task.stack.marks,
  };
  const records = readLayerRecords(task.records);
  const walked = compareListing({ stack: task.stack, records, settings });
  const living = task.living === null ? NOTHING_MORE : lookAtLiving(task, task.living, settings);
  const isNoise = engineNoise(task.noise);
  const changes = [...walked.changes.filter((change) => !isNoise(change)), ...living.changes];
  return {
    ...judge(task, [...changes.map(classify), ...living.findings], write),
    entries: walked.entries + living.entries,
    unverified: walked.unverified,
    unseen: [...walked.unseen, ...living.unseen],
    signature: records.signature,
  };
}

interface Living {
  readonly changes: readonly LayerChange[];
  readonly findings: readonly ScanFinding[];
  readonly unseen: readonly Unseen[];
  readonly entries: number;
}

const NOTHING_MORE: Living = { changes: [], findings: [], unseen: [], entries: 0 };

function lookAtLiving(task: ScanTask, living: NonNullable<ScanTask["living"]>, settings: CompareSettings): Living {
  const pairs = new FolderPairs(task.stack);
  const known = new Map<string, boolean>();
  const isOfLayer = (path: string): boolean => {
    const is = known.get(path) ?? isFileOfLayer(pairs, path, settings);
    known.set(path, is);
    return is;
  };
  const root = compareRoots(pairs, settings);
  const facts = lookAtProcesses({ proc: living.proc, pids: living.pids, mounts: living.mounts, isOfLayer });
  const looks = living.places.map((place) => lookInMount(place, settings));
  return {
    changes: root === null ? [] : [root],
    findings: [...facts.map(classifyRunning), ...looks.flatMap(({ found }) => found.map(inMemory))],
    unseen: looks.flatMap(({ unseen }) => unseen),
    entries: looks.reduce((sum, { entries }) => sum + entries, 0),
  };
}

/** Nothing that is mounted can be compared with an image: what is there is told by what it can do. */
function inMemory(change: LayerChange): ScanFinding {
  const finding = classify(change);
  return finding.severity === "high" ? finding : { ...finding, rule: "program-in-memory", severity: "medium", also: [] };
}

export type Judging = Pick<ScanTask, "of" | "form" | "keepsFindings" | "allow" | "today">;

/** Takes away what is allowed, and writes what is left. */
export function judge(task: Judging, findings: readonly ScanFinding[], write: WriteFindings): Judged {
  const allowing = indexRules(task.allow, task.of.name, task.today);
  const left: ScanFinding[] = [];
  const allowedBy: number[] = [];
  for (const finding of findings) {
    const number = allowing(finding);
    if (number === null) left.push(finding);
    else allowedBy.push(number);
  }
  left.sort(byPath);
  return {
    counts: countFindings(left),
    findings: task.keepsFindings ? left : [],
    written: left.length === 0 ? "" : write(task.form, task.of, left),
    allowedBy,
  };
}
