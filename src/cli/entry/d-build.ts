#!/usr/bin/env node
import { startEach } from "../start.ts";
import { readOldBuild } from "../terse/old-flags.ts";

await startEach(() => readOldBuild(process.argv.slice(2)));
