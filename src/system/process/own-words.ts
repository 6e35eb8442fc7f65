import { readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * The words that start the program `name` of the same package as this one, whichever of its programs this is. Without the dashes node takes an `--env-file` among
 * a program's own words for its own.
 */
export function ownCommand(name: string): readonly string[] {
  return [process.execPath, ...process.execArgv, "--", join(dirname(realpathSync(process.argv[1] ?? "")), name)];
}

/** The last `count` arguments of this process as the bytes that they were given as; node makes text of them. */
export function lastArguments(count: number): readonly Buffer[] {
  const all = readFileSync("/proc/self/cmdline");
  const words: Buffer[] = [];
  for (let at = 0, end = all.indexOf(0); end !== -1; at = end + 1, end = all.indexOf(0, at)) words.push(all.subarray(at, end));
  return count === 0 ? [] : words.slice(-count);
}

/** False for a job in the background of a terminal: it may neither read nor set it. */
export function isInForeground(): boolean {
  // pid (name) state ppid pgrp session tty tpgid; the name may hold anything but ends with the last parenthesis
  const text = readFileSync("/proc/self/stat", "latin1");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return fields[2] === fields[5];
}
