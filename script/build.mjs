// Bundles the product into dist/: one entry per command, one chunk per verb, so that a verb loads only its own code.
import { build } from "esbuild";
import { chmod, readFile, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** CommonJS packages in the bundle call `require` for Node's own modules. */
const requireForPackages =
  'import { createRequire as cooperCreateRequire } from "node:module"; const require = cooperCreateRequire(import.meta.url);';

const packageOf = (file) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? null;

async function licenceOf(name) {
  const folder = path.join(root, "node_modules", name);
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  const { version, license } = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
  const text = file === undefined ? `Licence: ${license}` : await readFile(path.join(folder, file), "utf8");
  return `${name} ${version}\n\n${text.trim()}\n`;
}

async function writeLicences(metafile) {
  const packages = new Set(
    Object.keys(metafile.inputs)
      .map(packageOf)
      .filter((name) => name !== null),
  );
  const texts = await Promise.all([...packages].toSorted().map(licenceOf));
  await writeFile(path.join(root, "dist", "licences.txt"), texts.join(`\n${"-".repeat(78)}\n\n`));
}

await rm(path.join(root, "dist"), { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: { cli: "src/cli/main.ts", "docker-record": "src/cli/docker-record.ts" },
  outdir: "dist",
  outExtension: { ".js": ".mjs" },
  chunkNames: "part/[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: "none",
  banner: { js: requireForPackages },
  metafile: true,
  logLevel: "warning",
});
await writeLicences(metafile);
for (const entry of ["cli.mjs", "docker-record.mjs"]) {
  const file = path.join(root, "dist", entry);
  const text = await readFile(file, "utf8");
  if (!text.startsWith("#!")) await writeFile(file, `#!/usr/bin/env node\n${text}`);
  await chmod(file, 0o755);
}
