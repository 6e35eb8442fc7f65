import { type Command, Option } from "commander";
import type { VerbContext } from "../../context.ts";
import type { Done } from "../done.ts";
import { SESSION, WHICH } from "./session-option.ts";

/** Verbs of `cooper dev` about an image with an ssh server, for those who want one, and its way to the session's engine. */
export function addImageVerbs(dev: Command, context: VerbContext, done: Done): void {
  dev
    .command("overlay")
    .summary("write a Dockerfile that puts an ssh server onto an image (nothing else here needs one)")
    .addOption(new Option("--distro <distro>", "whose packages; else by the image's name").choices(["ubuntu", "alpine"] as const))
    .option("--image <image>", "the image that it is put on; else the session's")
    .option("--force", "also where the file was changed")
    .option(SESSION, WHICH)
    .addHelpText("after", "\nExample: cooper dev overlay --image debian:bookworm")
    .action(async (options) => done(await (await import("../../verbs/dev/image.ts")).devOverlay(context, options)));
  dev
    .command("build")
    .summary("build the image of `overlay`, on this machine's engine")
    .option("--remote", "on the session's engine; with a build folder there (init --build-dir), in that folder")
    .option("-t, --tag <name>", "its name; else one of the base image and the session")
    .addOption(new Option("--overlay-tag <name>").hideHelp())
    .option("--key <file>", "your public key; else the settings', ~/.ssh/id_*.pub, or the agent's first")
    .addOption(new Option("--distro <distro>", "whose packages; else by the image's name").choices(["ubuntu", "alpine"] as const))
    .option("--image <image>", "the image that it is put on; else the session's")
    .option(SESSION, WHICH)
    .addHelpText("after", "\nExample: cooper dev build --remote")
    .action(async (options) =>
      done(await (await import("../../verbs/dev/image.ts")).devBuild(context, { ...options, tag: options.tag ?? options.overlayTag })),
    );
  dev
    .command("push")
    .summary("send an image to the session's engine, by the session's registry or straight")
    .argument("[image]", "an image of this machine's engine; else the one that `build` made")
    .option(SESSION, WHICH)
    .addHelpText("after", "\nExample: cooper dev push")
    .action(async (image, options) => done(await (await import("../../verbs/dev/image.ts")).devPush(context, image, options)));
}
