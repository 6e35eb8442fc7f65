#!/usr/bin/env node
import { start } from "../start.ts";

await start(["record", ...process.argv.slice(2)]);
