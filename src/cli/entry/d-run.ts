#!/usr/bin/env node
import { start } from "../start.ts";
import { readOldRun } from "../terse/old-flags.ts";

await start(readOldRun(process.argv.slice(2)));
