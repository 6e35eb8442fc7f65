#!/usr/bin/env node
import { start } from "../start.ts";

await start(["map", ...process.argv.slice(2)]);
