import type { Command } from "commander";
import { collect } from "../argument.ts";
import type { VerbContext } from "../../context.ts";

type Done = (exit: number) => void;

const SESSION = "-s, --session <name>";
const WHICH = "the session; else the shell's own, or that of this folder";

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
