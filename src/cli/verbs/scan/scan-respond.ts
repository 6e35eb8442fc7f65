import { CooperError } from "../../../base/errors.ts";
import { EXIT } from "../../../base/exit-code.ts";
import type { Engine } from "../../../engine/open-engine.ts";
import { recreateContainer } from "../../../engine/container/recreate-container.ts";
import { inspectContainer } from "../../../engine/container/container.ts";
import type { ContainerScan } from "../../../ship/scan/findings/container-scan.ts";
import { pathText, safeText } from "../../../ship/scan/output/path-text.ts";
import { quarantine } from "../../../ship/scan/respond/quarantine.ts";
import { revert } from "../../../ship/scan/respond/revert.ts";
import type { VerbContext } from "../../context.ts";
import { writeReport } from "../../write-report.ts";

function say(context: VerbContext, text: string): void {
  context.progress.clear();
  context.stderr.write(`${text}\n`);
}

/** `--baseline`: rules for what containers of one image hold. */
export async function saveBaseline(
  context: VerbContext,
  scans: readonly ContainerScan[],
  { file, day }: { readonly file: string; readonly day: string },
): Promise<void> {
  const images = [...new Set(scans.map(({ imageId }) => imageId))];
  const [image] = images;
  if (image === undefined || images.length > 1) {
    throw new CooperError("baseline-many-images", "A baseline is for one image, and the containers have several.", {
      hint: "Write one for each.",
    });
  }
  const findings = scans.flatMap((scan) => scan.findings);
  // What writes YAML is loaded only here: a scan is over sooner than that.
  const { writeBaseline } = await import("../../../ship/scan/allow/baseline.ts");
  await writeReport(context, file, writeBaseline(image, findings, day));
  say(context, `rules for ${findings.length} findings, less what is critical or runs, are in ${file}; review them before you use them`);
}

/** `--quarantine`. */
export async function putAside(
  context: VerbContext,
  engine: Engine,
  { scans, folder }: { readonly scans: readonly ContainerScan[]; readonly folder: string },
): Promise<void> {
  for (const scan of scans) {
    if (scan.findings.length === 0) continue;
    const { manifest, kept, lost } = await quarantine(engine, scan, folder);
    say(context, `${scan.name}: ${kept} findings are kept, listed in ${manifest}`);
    for (const one of lost) say(context, `  not kept: ${safeText(one)}`);
  }
}

/** `--revert`. */
export async function revertAll(context: VerbContext, engine: Engine, scans: readonly ContainerScan[]): Promise<void> {
  for (const scan of scans) {
    if (scan.findings.length === 0) continue;
    const { removed, restored, failed, stillRunning } = await revert(engine, scan);
    say(context, `${scan.name}: ${removed.length} removed, ${restored.length} put back from the image; looking again`);
    for (const { path, why } of failed) say(context, `  not put back: ${pathText(path)}: ${safeText(why)}`);
    for (const one of stillRunning) say(context, `  still runs: ${safeText(one)}`);
  }
}

const STAYS_UP_MS = 3_000;

/** `--recreate`: the old container comes back when the new one does not stay up. */
export async function recreateAll(context: VerbContext, engine: Engine, scans: readonly ContainerScan[]): Promise<void> {
  for (const scan of scans) {
    if (scan.findings.length === 0) continue;
    const recreated = await recreateContainer(engine, scan.id, { spareName: `${scan.name}-before-${context.randomHex(3)}` });
    await new Promise((resolve) => setTimeout(resolve, STAYS_UP_MS));
    const { state } = await inspectContainer(engine, recreated.id);
    if (state.running && !state.restarting) {
      await recreated.keep();
      say(context, `${scan.name}: made anew from ${scan.image}; looking again`);
      continue;
    }
    await recreated.undo();
    throw new CooperError("recreate-rolled-back", `${scan.name} made anew ended with ${state.exitCode}; the old container runs again.`, {
      hint: "Look at what it needs that the image does not have: cooper scan NAME",
      exit: EXIT.rolledBack,
    });
  }
}
