import type { Command } from "commander";
import type { VerbContext } from "../../context.ts";
import type { Done } from "../done.ts";
import { SESSION, WHICH } from "./session-option.ts";

/** `cooper dev ssh-config`, and what its lines have ssh run. */
export function addSshVerbs(dev: Command, context: VerbContext, done: Done): void {
  dev
    .command("ssh-config")
    .summary("an alias by which ssh, scp, rsync and editors reach the session's container")
    .option("--include", "have your own ~/.ssh/config read the aliases of all sessions (`dev uninstall` takes it out)")
    .option(SESSION, WHICH)
    .addHelpText("after", "\nExample: cooper dev ssh-config --include")
    .action(async (options) => done(await (await import("../../verbs/dev/ssh.ts")).devSshConfig(context, options)));
  dev
    .command("ssh-server", { hidden: true })
    .argument("<folder>")
    .action(async (folder) => done(await (await import("../../verbs/dev/ssh.ts")).devSshServer(context, folder)));
}
