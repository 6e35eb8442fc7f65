// Runs a TypeScript program of this repository on any supported Node: node script/run-typescript.mjs FILE [ARGUMENTS]
import { build } from "esbuild";
import { rm } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const [source, ...rest] = process.argv.slice(2);
if (source === undefined) {
  console.error("usage: node script/run-typescript.mjs FILE [ARGUMENTS]");
  process.exit(2);
}
// Inside node_modules, so that the packages left out of the bundle are found from there.
const outfile = path.join(root, "node_modules", ".cache", "run-typescript", `${path.basename(source, ".ts")}-${process.pid}.mjs`);
await build({
  entryPoints: [path.resolve(source)],
  outfile,
  bundle: true,
  packages: "external",
  format: "esm",
  platform: "node",
  target: "node20",
  sourcemap: "inline",
  logLevel: "warning",
});
process.setSourceMapsEnabled(true);
process.env["COOPER_SOURCE"] = root;
process.argv = [process.argv[0] ?? "node", path.resolve(source), ...rest];
try {
  await import(pathToFileURL(outfile).href);
} finally {
  await rm(outfile, { force: true });
}
