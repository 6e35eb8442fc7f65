// Bundles the product: one entry per command, one chunk per verb, so that a verb loads only its own code.
// usage: node script/build.mjs [FOLDER]      (dist)
import { spawnSync } from "node:child_process";
import { build } from "esbuild";
import { chmod, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** CommonJS packages in the bundle call `require` for Node's own modules. */
const requireForPackages =
  'import { createRequire as cooperCreateRequire } from "node:module"; const require = cooperCreateRequire(import.meta.url);';

const CLEAN_NODE = '/usr/bin/env -i "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:${0%/*}" node';
const packageOf = (file) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? null;

async function licenceOf(name) {
  const folder = path.join(root, "node_modules", name);
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  const { version, license } = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
  const text = file === undefined ? `Licence: ${license}` : await readFile(path.join(folder, file), "utf8");
  return `${name} ${version}\n\n${text.trim()}\n`;
}

async function writeLicences(metafile, folder) {
  const packages = new Set(
    Object.keys(metafile.inputs)
      .map(packageOf)
      .filter((name) => name !== null),
  );
  const texts = await Promise.all([...packages].toSorted().map(licenceOf));
  await writeFile(path.join(folder, "licences.txt"), texts.join(`\n${"-".repeat(78)}\n\n`));
}

async function bundle(folder) {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: {
      cli: "src/cli/entry/main.ts",
      "docker-record": "src/cli/entry/docker-record.ts",
      d: "src/cli/entry/d.ts",
      "d-build": "src/cli/entry/d-build.ts",
      "d-cowscan": "src/cli/entry/d-cowscan.ts",
      "d-map": "src/cli/entry/d-map.ts",
      "d-run": "src/cli/entry/d-run.ts",
      dodo: "src/cli/entry/dodo.ts",
      "scan-worker": "src/cli/entry/scan-worker.ts",
      "test-hooks": "src/cli/entry/test-hooks.ts",
      test: "src/ship/unit-test/library/library.ts",
    },
    outdir: folder,
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
  await writeLicences(metafile, folder);
  for (const entry of ["cli", "docker-record", "d", "d-build", "d-cowscan", "d-run", "dodo"])
    await makeProgram(path.join(folder, `${entry}.mjs`));
  await makeCleanProgram(path.join(folder, "d-map.mjs"));
}

/** The sensor is built where its compilers are; without them every verb but slim works. */
async function makeSensor(folder) {
  const compilers = { x64: "musl-gcc", arm64: "aarch64-linux-gnu-gcc" };
  for (const [target, compiler] of Object.entries(compilers)) {
    if (spawnSync(compiler, ["--version"]).error !== undefined) continue;
    const { status, stderr } = spawnSync("make", ["-s", "-C", path.join(root, "sensor"), target, `OUT=${folder}`]);
    if (status !== 0) throw new Error(`the sensor for ${target} could not be built:\n${stderr}`);
    makeClient(folder, target, compiler);
  }
}

/** What `dodo` is in a session: a small program that node need not start for. */
function makeClient(folder, target, compiler) {
  const words = ["-std=c11", "-Wall", "-Wextra", "-Werror", "-Os", "-static", "-s", "-o", path.join(folder, `dodo-linux-${target}`)];
  const { status, stderr } = spawnSync(compiler, [...words, path.join(root, "client", "dodo.c")], { encoding: "utf8" });
  if (status !== 0) throw new Error(`the client for ${target} could not be built:\n${stderr}`);
}

/** The test library is the one part that others import: its types go with it. */
async function makeTypes(folder) {
  const library = "src/ship/unit-test/library";
  const target = path.join(folder, "types");
  const compiler = path.join(root, "node_modules", "typescript", "bin", "tsc");
  const options = "--ignoreConfig --declaration --emitDeclarationOnly --target es2023 --lib es2023 --module nodenext --types node --strict";
  const more = "--allowImportingTsExtensions --skipLibCheck --exactOptionalPropertyTypes --rootDir src --outDir";
  const words = [compiler, ...options.split(" "), ...more.split(" "), target, path.join(library, "library.ts")];
  const { status, stdout } = spawnSync(process.execPath, words, { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(`the types of the test library could not be made:\n${stdout}`);
  for (const name of ["library", "expected"]) {
    const text = await readFile(path.join(target, `${library.slice("src/".length)}/${name}.d.ts`), "utf8");
    await writeFile(path.join(folder, `test-${name}.d.ts`), text.replaceAll('"./expected.ts"', '"./test-expected.js"'));
  }
  await rm(target, { recursive: true, force: true });
}

/**
 * Started by a shell for the dashes before the file: without them node takes an `--env-file` among the program's own words for its own, and the NODE_OPTIONS in it
 * too. The second line is a text and a comment for node.
 */
async function makeProgram(file) {
  // `cooper map` is d-map's other name.
  const map = path.basename(file) === "cli.mjs" ? `case "\${1-}" in map) exec ${CLEAN_NODE} -- "$0" "$@" ;; esac; ` : "";
  await makeScript(file, `${map}exec node`);
}

async function makeScript(file, start) {
  const text = await readFile(file, "utf8");
  await writeFile(file, `#!/bin/sh\n":" //; ${start} -- "$0" "$@"\n${text.replace(/^#!.*\n/, "")}`);
  await chmod(file, 0o755);
}

/**
 * A program that takes nothing over from who calls it, so that it may be run as root for others: a shell starts it with an empty environment (NODE_OPTIONS is
 * read before any line of a script) and the system's own PATH, to which the folder of the command comes last, where npm puts node. For the shell, which has no
 * variables and functions in it but its own, the second line is all there is.
 */
async function makeCleanProgram(file) {
  await makeScript(file, `exec ${CLEAN_NODE}`);
}

const target = path.resolve(process.argv[2] ?? path.join(root, "dist"));
const fresh = `${target}.new-${process.pid}`;
try {
  await bundle(fresh);
  await makeTypes(fresh);
  await makeSensor(fresh);
  await rm(target, { recursive: true, force: true });
  await rename(fresh, target);
} catch (error) {
  // What esbuild has to say stands on the screen already.
  if (!(error instanceof Error && error.message.startsWith("Build failed"))) console.error(error);
  process.exitCode = 1;
} finally {
  await rm(fresh, { recursive: true, force: true });
}
