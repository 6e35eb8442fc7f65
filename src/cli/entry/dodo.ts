#!/usr/bin/env node
import { start } from "../start.ts";

await start(["dev", "exec", ...process.argv.slice(2)]);
