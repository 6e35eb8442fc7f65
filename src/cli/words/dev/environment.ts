import type { Command } from "commander";
import { collect } from "../argument.ts";
import type { VerbContext } from "../../context.ts";
import type { Done } from "../done.ts";
import { SESSION, WHICH } from "./session-option.ts";

/** Verbs of `cooper dev` about a session's environment. */
export function addEnvironmentVerbs(dev: Command, context: VerbContext, done: Done): void {
  dev
    .command("env")
    .summary("the variables that commands of the session find beside the container's own")
    .addHelpText("after", "\nExample: cooper dev env")
    .option(SESSION, WHICH)
    .option("--json", "print one JSON object")
    .action(async (options) => done(await (await import("../../verbs/dev/environment.ts")).devEnv(context, options)));
  dev
    .command("pwd")
    .summary("the container's folder that a command would run in")
    .addHelpText("after", "\nExample: cooper dev pwd")
    .option(SESSION, WHICH)
    .action(async (options) => done(await (await import("../../verbs/dev/environment.ts")).devPwd(context, options)));
  dev
    .command("export")
    .summary("set variables of the session's commands; an empty value removes one")
    .addHelpText("after", "\nExamples: cooper dev export LEVEL=2 EDITOR\n          cooper dev export --unset LEVEL")
    .argument("[NAME=VALUE...]", "NAME alone takes it over from here; a secret must come so, or from a file")
    .option("--env-file <file>", "variables from a file, with values of any bytes (may be repeated)", collect(String), [])
    .option("--unset <name>", "remove a variable, also one of the container's own (may be repeated)", collect(String), [])
    .option(SESSION, WHICH)
    .action(async (words, options) => done(await (await import("../../verbs/dev/environment.ts")).devExport(context, words, options)));
}
