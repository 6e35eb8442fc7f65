#!/usr/bin/env node
import { startEach } from "../start.ts";
import { readTerse } from "../terse/read-terse.ts";

await startEach(() => {
  const asked = readTerse(process.argv.slice(2));
  if ("words" in asked) return [asked.words];
  process.stdout.write(asked.text);
  return [];
});
