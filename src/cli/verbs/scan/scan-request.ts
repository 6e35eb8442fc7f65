import path from "node:path";
import { CooperError } from "../../../base/errors.ts";
import type { RuleFile } from "../../../ship/scan/allow/rules.ts";
import { HERE } from "../../../ship/scan/locate/locate.ts";
import { jsonLinesPrinter } from "../../../ship/scan/output/json-lines.ts";
import type { ScanPrinter } from "../../../ship/scan/output/printer.ts";
import { prometheusPrinter } from "../../../ship/scan/output/prometheus.ts";
import type { ReportForm } from "../../../ship/scan/output/report-form.ts";
import { sarifPrinter } from "../../../ship/scan/output/sarif.ts";
import type { ScanRequest } from "../../../ship/scan/pipeline.ts";
import { textPrinter } from "../../../terminal/scan-view.ts";
import type { EngineChoice, VerbContext } from "../../context.ts";
import { besideProgram, localSensor } from "../../sensor-program.ts";
import { unitRules } from "../../units/unit-rules.ts";
import { VERSION } from "../../version.ts";
import { writeFindings } from "../../write-findings.ts";

/** What the words of the command line chose. */
export interface ScanOptions extends EngineChoice {
  readonly all?: boolean;
  readonly rules: readonly string[];
  readonly root: readonly string[];
  /** False with --no-units. */
  readonly units?: boolean;
  readonly baseline?: string;
  readonly mounts?: boolean;
  readonly quick?: boolean;
  readonly selfTest?: boolean;
  readonly quarantine?: string;
  readonly revert?: boolean;
  readonly recreate?: boolean;
  /** Milliseconds between two looks. */
  readonly watch?: number;
  /** Image of the service that scans the nodes of a Swarm. */
  readonly swarm?: string;
  readonly nodeSocket?: string;
  readonly json?: boolean;
  readonly sarif?: boolean;
  readonly prometheus?: boolean;
}

/** Something is done with what is found. */
export function isAnswering({ baseline, quarantine, revert, recreate }: Partial<ScanOptions>): boolean {
  return baseline !== undefined || quarantine !== undefined || revert === true || recreate === true;
}

/** Refuses words that say nothing, or too much. */
export function checkWords(names: readonly string[], options: ScanOptions): void {
  if (names.some((name) => name.trim() === "")) {
    throw new CooperError("container-name-blank", "A container's name is blank.", {
      hint: "Name it, or leave it out to scan all that run.",
    });
  }
  if (isAnswering(options) && names.length === 0) {
    throw new CooperError("containers-not-named", "Which containers? What changes or keeps something is done to named containers only.", {
      hint: "Name them: cooper scan NAME --quarantine FOLDER",
    });
  }
  const isFar = options.swarm !== undefined || (options.context ?? "").includes(",");
  if (isFar && (options.watch !== undefined || (options.swarm !== undefined && (isAnswering(options) || options.selfTest === true)))) {
    throw new CooperError("scan-one-engine", "--watch, --self-test and what changes containers are for one engine.", {
      hint: "Scan all first, then look at the engine that has findings.",
    });
  }
}

/** What the options ask of a scan. */
export async function requestOf(context: VerbContext, names: readonly string[], options: Partial<ScanOptions>): Promise<ScanRequest> {
  return {
    engineName: "",
    host: HERE,
    without: null,
    names,
    all: options.all === true,
    isQuick: options.quick === true,
    hasMounts: options.mounts === true,
    rules: await readRules(context, options.rules ?? []),
    rulesOf: await unitRules(context, options),
    report: formOf(context, options),
    write: writeFindings,
    keepsFindings: isAnswering(options),
    hearEarly: null,
    today: new Date(context.clock()).toISOString().slice(0, 10),
    sensor: await localSensor(),
    threads: await besideProgram("scan-worker.mjs"),
    signal: context.signal,
  };
}

/** What reads rules is loaded only where there are any: a scan is over sooner than that. */
async function readRules({ cwd }: VerbContext, files: readonly string[]): Promise<readonly RuleFile[]> {
  if (files.length === 0) return [];
  const { readRuleFile } = await import("../../../ship/scan/allow/rule-file.ts");
  return await Promise.all(files.map((file) => readRuleFile(path.resolve(cwd, file))));
}

/** The printer that the options ask for. */
export function printerOf(context: VerbContext, { json, sarif, prometheus }: ScanOptions): ScanPrinter {
  if ([json, sarif, prometheus].filter((one) => one === true).length > 1) {
    throw new CooperError("formats-many", "Only one of --json, --sarif and --prometheus can be printed.", {
      hint: "Leave all but one out.",
    });
  }
  if (json === true) return jsonLinesPrinter();
  if (sarif === true) return sarifPrinter(VERSION);
  return prometheus === true ? prometheusPrinter() : textPrinter(context.style);
}

function formOf({ style }: VerbContext, { json, sarif, prometheus }: Partial<ScanOptions>): ReportForm {
  const format = json === true ? "json" : sarif === true ? "sarif" : prometheus === true ? "none" : "text";
  return { format, isColoured: style.isOn };
}
