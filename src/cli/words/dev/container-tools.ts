import type { Command } from "commander";
import type { VerbContext } from "../../context.ts";
import type { Done } from "../done.ts";
import { SESSION, WHICH } from "./session-option.ts";

/** Verbs of `cooper dev` about a session's container. */
export function addContainerTools(dev: Command, context: VerbContext, done: Done): void {
  dev
    .command("shell")
    .summary("a recorded shell in the session's container")
    .addHelpText("after", "\nExample: cooper dev shell")
    .option("--shell <program>", "the shell; else the user's own, bash, zsh, ash or sh")
    .option(SESSION, WHICH)
    .action(async (options) => done(await (await import("../../verbs/dev/shell.ts")).devShell(context, options)));
  dev
    .command("cp")
    .summary("copy into the container or out of it; its side begins with a colon")
    .addHelpText("after", "\nExamples: cooper dev cp ./site.conf :/etc/nginx/conf.d/\n          cooper dev cp :/var/log/nginx ./logs")
    .argument("<from>", "a path, or :path in the container")
    .argument("<to>", "the same")
    .option(SESSION, WHICH)
    .action(async (from, to, options) => done(await (await import("../../verbs/dev/copy.ts")).devCopy(context, [from, to], options)));
  dev
    .command("forward")
    .summary("make ports of the container ones of this machine, until ^C")
    .addHelpText("after", "\nExample: cooper dev forward 8080:80")
    .argument("<ports...>", "PORT, or HERE:THERE")
    .option(SESSION, WHICH)
    .action(async (ports, options) => done(await (await import("../../verbs/dev/forward.ts")).devForward(context, ports, options)));
  dev
    .command("history")
    .summary("what was done in the session's container")
    .addHelpText("after", "\nExample: cooper dev history --effects")
    .option("--effects", "list every path that a Step changed")
    .option("--json", "print one JSON object")
    .option(SESSION, WHICH)
    .action(async (options) => done(await (await import("../../verbs/dev/history.ts")).devHistory(context, options)));
  dev
    .command("doctor")
    .summary("what is missing here or there, and how to get it")
    .addHelpText("after", "\nExample: cooper dev doctor")
    .option("--json", "print one JSON object")
    .option(SESSION, WHICH)
    .action(async (options) => done(await (await import("../../verbs/dev/doctor.ts")).devDoctor(context, options)));
}
