import { createHash } from "node:crypto";
import { encodePath } from "../../../format/tree/path-bytes.ts";
import type { ScanFinding } from "../classify/finding.ts";
import { RULES } from "../classify/rules.ts";
import { safeText } from "./path-text.ts";
import type { ScanPrinter } from "./printer.ts";
import { type FoundIn, fullName } from "./report-form.ts";

const LEVELS = { critical: "error", high: "error", medium: "warning", low: "note" } as const;
const SECURITY = { critical: "9.5", high: "8.0", medium: "5.0", low: "2.0" } as const;

/** SARIF 2.1.0: what code scanning services read. */
export function sarifPrinter(version: string): ScanPrinter {
  let isFirst = true;
  const findings = (written: string): string => {
    const text = isFirst ? `\n${written}` : `,\n${written}`;
    isFirst = false;
    return text;
  };
  return {
    begin: () => `${head(version)}\n"results":[`,
    findings,
    engine: () => "",
    container: ({ written }) => written.map(findings),
    end: ({ incomplete, gone, weak, unscanned }) => {
      const isComplete = incomplete + gone === 0;
      const run = { executionSuccessful: isComplete, properties: { incomplete, gone, weak, unscanned } };
      return `\n],"invocations":[${JSON.stringify(run)}]}]}\n`;
    },
  };
}

/** Results of findings, parted by commas. */
export function sarifResults(of: FoundIn, findings: readonly ScanFinding[]): string {
  return findings.map((finding) => JSON.stringify(resultOf(of, finding))).join(",\n");
}

function head(version: string): string {
  const rules = RULES.map(({ id, severity, says }) => ({
    id,
    shortDescription: { text: says },
    defaultConfiguration: { level: LEVELS[severity] },
    properties: { "security-severity": SECURITY[severity], tags: ["security"] },
  }));
  const driver = { name: "cooper scan", version, rules };
  return `{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[{"tool":{"driver":${JSON.stringify(driver)}},"columnKind":"utf16CodeUnits",`;
}

function resultOf(of: FoundIn, { rule, severity, path, detail, after, kind }: ScanFinding): unknown {
  const { image, imageId } = of;
  const name = fullName(of);
  return {
    ruleId: rule,
    ruleIndex: RULES.findIndex(({ id }) => id === rule),
    level: LEVELS[severity],
    message: { text: `${name}: ${safeText(path)}: ${safeText(detail)}` },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: uriOf(path) } },
        logicalLocations: [
          { name, kind: "container", fullyQualifiedName: `container/${name}` },
          { name: image, kind: "image", fullyQualifiedName: `image/${imageId}` },
        ],
      },
    ],
    partialFingerprints: {
      "cooper/1": createHash("sha256")
        .update([rule, kind, path, after?.hash ?? ""].join("\0"))
        .digest("hex"),
    },
    properties: { severity },
  };
}

/** Relative, each byte that a URI cannot have escaped; readers want a file's name, so the root is ".". */
function uriOf(path: string): string {
  const bytes = encodePath(path.replace(/^\/+/, ""));
  const text = [...bytes].map((byte) =>
    /[A-Za-z0-9._~/-]/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`,
  );
  return text.length === 0 ? "." : text.join("");
}
