import { type Command, Option } from "commander";
import { collect, readMilliseconds, readSbom, readVariable } from "./argument.ts";
import type { VerbContext } from "./context.ts";

type Done = (exit: number) => void;

/** The verbs of the slim job. */
export function addSlimVerbs(program: Command, context: VerbContext, done: Done): void {
  addSlim(program, context, done);
  addWhy(program, context, done);
  addXray(program, context, done);
}

function addSlim(program: Command, context: VerbContext, done: Done): void {
  program
    .command("slim")
    .summary("a small image that still works, tested against the original")
    .description(
      "Runs the image under a sensor while it is exercised, keeps what was used and all that it needs, and tests the result by the same exercise.\nOnly an image that passed gets the tag.",
    )
    .argument("<image>", "reference or id of the image")
    .option(
      "-x, --exercise <command>",
      "a command of this machine that tests the container (gets COOPER_CONTAINER, COOPER_IMAGE, COOPER_IP, COOPER_PORT_<n>)",
    )
    .addOption(
      new Option("--keep <level>", "how much of the surroundings of what was used stays")
        .choices(["trace", "module", "package", "app"])
        .default("module"),
    )
    .option("-t, --tag <tag>", "tag of the result (NAME.slim)")
    .option("--include <glob>", "keep these paths whatever was seen (may be repeated)", collect(String), [])
    .option("--exclude <glob>", "leave these paths out whatever was seen (may be repeated)", collect(String), [])
    .option("--trace <file>", "add a saved Trace (may be repeated)", collect(String), [])
    .option("--save-trace <file>", "save what was seen")
    .option("-e, --env <KEY[=VALUE]>", "a variable of the container (may be repeated)", collect(readVariable), [])
    .option("-u, --user <user>", "user of the container")
    .option("--cmd <word>", "command instead of the image's (may be repeated)", collect(String), [])
    .option("--network <network>", "network of the container")
    .option("-v, --volume <volume>", "a volume, as docker run takes it (may be repeated)", collect(String), [])
    .addOption(new Option("--sensor <mode>", "how the sensor sees").choices(["auto", "transparent", "unprivileged", "ptrace", "fanotify"]).default("auto"))
    .option("--trust-image", "let the sensor have its capabilities although the image came from elsewhere")
    .option("--deadline <seconds>", "time for getting ready and for the exercise (60)", readMilliseconds, 60_000)
    .option("--repairs <count>", "rounds of adding what the test missed (6)", Number, 6)
    .option("--no-rules", "keep only what was touched (to see what the rules are worth)")
    .option("--json", "print one JSON object")
    .action(async (image, options) =>
      done(await (await import("./verbs/slim.ts")).slim(context, image, { ...program.opts(), ...options })),
    );
}

function addWhy(program: Command, context: VerbContext, done: Done): void {
  program
    .command("why")
    .summary("why a path of a slim image was kept, or dropped")
    .argument("<image>", "the slim image or the original")
    .argument("<path>", "absolute path")
    .option("--json", "print one JSON object")
    .action(async (image, path, options) =>
      done(await (await import("./verbs/why.ts")).why(context, [image, path], { ...program.opts(), ...options })),
    );
}

function addXray(program: Command, context: VerbContext, done: Done): void {
  program
    .command("xray")
    .summary("what is in an image, where its weight is, how it was made")
    .description(
      "Reads the image's archive once and tells of layers, wasted bytes, packages, secrets, dangerous modes and tools, and the Dockerfile that its history tells of.",
    )
    .argument("<image>", "reference or id of an image, or the path of a docker save archive or OCI layout")
    .option("--sbom <format=file>", "write the packages to a file: cyclonedx=FILE or spdx=FILE (may be repeated)", collect(readSbom), [])
    .option("--html <file>", "write a page with a treemap of the image to a file")
    .option("--against <image>", "a second image for the page, such as the slim one")
    .option("--json", "print one JSON object")
    .action(async (image, options) =>
      done(await (await import("./verbs/xray.ts")).xray(context, image, { ...program.opts(), ...options })),
    );
}
