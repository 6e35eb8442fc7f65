import type { Command } from "commander";
import { readMilliseconds } from "../argument.ts";
import type { VerbContext } from "../../context.ts";
import type { Done } from "../done.ts";

/** `cooper dev mount` and `cooper dev unmount`: a container's files as a folder, without a session. */
export function addMountVerbs(dev: Command, context: VerbContext, done: Done): void {
  dev
    .command("mount")
    .summary("a container's files as a folder of this machine")
    .addHelpText("after", "\nExample: cooper dev mount web ./web && grep -r listen ./web/etc/nginx")
    .description(
      "Mounts the files of a running container at a folder, by a process that goes on in the background.\nNothing is put into the container, and links in it never lead to files of this machine.",
    )
    .argument("<container>", "name, id or unique prefix of either")
    .argument("<folder>", "an empty folder, or one that is not there yet")
    .option("--deadline <seconds>", "how long a program waits at most when the container does not answer (5)", readMilliseconds, 5_000)
    .option("--helper", "go through a helper container also where the engine is here and you are root")
    .option("--unsafe-native", "bind the container's own root: fast, but links can lead local programs out of it")
    .option("--foreground", "stay here until ^C, and print what is done through the mount as JSON lines")
    .option("--quiet", "with --foreground: do not print what is done")
    .action(async (name, folder, options) =>
      done(await (await import("../../verbs/dev/mount.ts")).devMount(context, { name, folder }, { ...globals(dev), ...options })),
    );
  dev
    .command("unmount")
    .summary("end a mount; without a folder, list them")
    .addHelpText("after", "\nExample: cooper dev unmount ./web")
    .argument("[folder]", "the folder that is mounted")
    .option("--json", "print the list as one JSON object")
    .action(async (folder, options) => done(await (await import("../../verbs/dev/mount.ts")).devUnmount(context, folder, options)));
}

function globals(dev: Command): Record<string, unknown> {
  return dev.parent?.opts() ?? {};
}
