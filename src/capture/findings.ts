import type { Finding } from "../base/finding.ts";

/** Somebody printed into the shell's report of itself. */
export const GARBLED: Finding = {
  code: "state-garbled",
  message: "another program printed into what the shell told about itself; the change of its variables is not known for one command",
};

/** A shell that did not take its hooks. */
export const NOT_FOLLOWED: Finding = {
  code: "shell-not-followed",
  message: "a shell could not be given its hooks: its commands are not recorded one by one",
  hint: "What they changed is found all the same and is given to the command that opened the shell.",
};

/** A look that took longer than an Enter may wait. */
export const LATE_LOOK: Finding = {
  code: "look-late",
  message: "it took too long to see what a command changed: the next one was started meanwhile, and their changes may be mixed up",
};

/** Nobody reads the shell's output any more. */
export const OUTPUT_GONE: Finding = {
  code: "output-closed",
  message: "standard output was closed, so the shell was hung up; all that ended before is recorded",
};

/** Its results are carried as files. */
export const INPUT_NOT_KEPT: Finding = { code: "input-not-kept", message: "what was piped into this command is not kept; what it made is" };
