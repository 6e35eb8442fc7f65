#!/usr/bin/env node
import { start } from "../start.ts";

await start(["scan", ...process.argv.slice(2)]);
