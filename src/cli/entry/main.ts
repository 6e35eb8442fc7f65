#!/usr/bin/env node
import { VERSION } from "../version.ts";

const words = process.argv.slice(2);

// `--version` is answered before anything else is loaded, so that it costs no more than starting node.
if (words.length === 1 && (words[0] === "--version" || words[0] === "-V")) {
  process.stdout.write(`cooper ${VERSION}\n`);
} else {
  const { start } = await import("../start.ts");
  await start(words);
}
