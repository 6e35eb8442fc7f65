import type { Command } from "commander";
import type { VerbContext } from "../../context.ts";
import type { Done } from "../done.ts";
import { SESSION, WHICH } from "./session-option.ts";

/** Verbs of `cooper dev` that keep a state of the container and return to one. */
export function addCheckpointVerbs(dev: Command, context: VerbContext, done: Done): void {
  dev
    .command("checkpoint")
    .summary("keep the container's state, to return to it by `undo`")
    .argument("[name]", "its name; else the next number")
    .option("--list", "list the checkpoints")
    .option("--remove <name>", "remove one, with its image")
    .option("--json", "print one JSON object of all checkpoints")
    .option(SESSION, WHICH)
    .addHelpText("after", "\nExample: cooper dev checkpoint before-upgrade")
    .action(async (name, options) => done(await (await import("../../verbs/dev/checkpoint.ts")).devCheckpoint(context, name, options)));
  dev
    .command("undo")
    .summary("return to a checkpoint: files, history and environment")
    .argument("[name]", "a checkpoint, or `start` for the image that the session's container was made of; else the last checkpoint")
    .option("--discard", "do not keep what is undone")
    .option(SESSION, WHICH)
    .addHelpText("after", "\nExample: cooper dev undo before-upgrade")
    .action(async (name, options) => done(await (await import("../../verbs/dev/checkpoint.ts")).devUndo(context, name, options)));
}
