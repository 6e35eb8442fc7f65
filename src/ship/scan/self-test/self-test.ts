import { Readable } from "node:stream";
import { CooperError } from "../../../base/errors.ts";
import { EXIT } from "../../../base/exit-code.ts";
import { createContainer, putArchive, removeContainer } from "../../../engine/container/container.ts";
import { removeImage } from "../../../engine/image/image.ts";
import type { Engine } from "../../../engine/open-engine.ts";
import type { ContainerScan } from "../findings/container-scan.ts";
import { scan, type ScanRequest } from "../pipeline.ts";
import { loadTestImage, tarOf, type TestFile } from "./test-image.ts";

/** What is done to the throw-away container: one of each, the times restored. */
const PLANTED: readonly TestFile[] = [
  { path: "added", mode: 0o644, text: "new\n" },
  { path: "changed", mode: 0o644, text: "As it was\n" },
  { path: "program", mode: 0o4755, text: "#!/bin/true\n" },
  { path: "folder", mode: 0o644, text: "a file now\n" },
];

const EXPECTED: ReadonlyMap<string, string> = new Map([
  ["/added", "path-added"],
  ["/changed", "path-changed"],
  ["/program", "setuid-added"],
  ["/folder", "path-changed"],
]);

/** Plants known changes in a container of our own and sees that a scan finds just these; throws `self-test-failed`. Nothing of it stays. */
export async function selfTest(engine: Engine, request: ScanRequest, owner: string): Promise<void> {
  const image = await loadTestImage(engine);
  try {
    const id = await createContainer(engine, { image, network: "none", labels: { "cooper.owner": owner } });
    try {
      await putArchive(engine, id, "/", Readable.from(tarOf(PLANTED), { objectMode: false }));
      await check(engine, {
        ...request,
        names: [id],
        all: true,
        rules: [],
        isQuick: false,
        keepsFindings: true,
        report: { format: "none", isColoured: false },
      });
    } finally {
      await removeContainer(engine, id, { force: true });
    }
  } finally {
    await removeImage(engine, image);
  }
}

async function check(engine: Engine, request: ScanRequest): Promise<void> {
  const scans: ContainerScan[] = [];
  await scan(engine, request, (one) => {
    scans.push(one);
    return Promise.resolve();
  });
  const found = new Map(scans.flatMap(({ findings }) => findings).map(({ path, rule }) => [path, rule]));
  const missed = [...EXPECTED].filter(([path, rule]) => found.get(path) !== rule).map(([path, rule]) => `${path} (${rule})`);
  const wrong = [...found.keys()].filter((path) => !EXPECTED.has(path));
  const incomplete = scans.flatMap((one) => one.incomplete);
  if (missed.length + wrong.length + incomplete.length === 0) return;
  const said = [...missed.map((one) => `not found: ${one}`), ...wrong.map((one) => `found, but not there: ${one}`), ...incomplete];
  throw new CooperError("self-test-failed", `The self-test failed: ${said.join("; ")}.`, {
    hint: "On this engine a clean result means nothing. Please report it with `docker info`.",
    exit: EXIT.selfTest,
  });
}
