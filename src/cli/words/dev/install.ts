import { Argument, type Command, Option } from "commander";
import { COMPLETED_SHELLS } from "../../completion/scripts.ts";
import type { VerbContext } from "../../context.ts";
import type { Done } from "../done.ts";

/** `cooper dev install` and `uninstall`. */
export function addInstallVerbs(dev: Command, context: VerbContext, done: Done): void {
  dev
    .command("install")
    .summary("write the settings file, and completion into your shell's start-up file")
    .addOption(new Option("--shell <shell>", "for which shell; else your login shell").choices(COMPLETED_SHELLS))
    .option("--no-rc", "leave the start-up file as it is")
    .option("--no-bashrc", "the same")
    .addHelpText("after", "\nExample: cooper dev install --shell zsh")
    .action(async (options) => {
      const rc = Boolean(options.rc) && Boolean(options.bashrc);
      done(await (await import("../../verbs/dev/install.ts")).devInstall(context, { ...options, rc }));
    });
  dev
    .command("uninstall")
    .summary("take out again what `install` wrote, for every shell")
    .addHelpText("after", "\nExample: cooper dev uninstall")
    .action(async () => done(await (await import("../../verbs/dev/install.ts")).devUninstall(context)));
}

/** `cooper completion`, and what its scripts ask. */
export function addCompletion(program: Command, context: VerbContext, done: Done): void {
  program
    .command("completion")
    .summary("print the script that completes words of cooper and dodo in a shell")
    .addArgument(new Argument("<shell>", "which shell").choices(COMPLETED_SHELLS))
    .addHelpText("after", "\nExample: cooper completion bash >/etc/bash_completion.d/cooper")
    .action(async (shell) => done(await (await import("../../verbs/machine/complete.ts")).showCompletion(context, shell)));
  program
    .command("complete", { hidden: true })
    .argument("[words...]")
    .option("--bash <end>")
    .passThroughOptions()
    .action(async (given, options) =>
      done(await (await import("../../verbs/machine/complete.ts")).complete(context, program, { given, options })),
    );
}
