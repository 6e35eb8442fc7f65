import { type Command, Option } from "commander";
import { collect, readCount, readMilliseconds, readNameAndValue } from "./argument.ts";
import type { VerbContext } from "../context.ts";
import type { Done } from "./done.ts";

/** The verbs that take a unit from its source to a release, and back. */
export function addReleaseVerbs(program: Command, context: VerbContext, done: Done): void {
  addNew(program, context, done);
  addBuild(program, context, done);
  addTest(program, context, done);
  addPromote(program, context, done);
  addRollback(program, context, done);
  addReleases(program, context, done);
  addUpgrade(program, context, done);
}

function addNew(program: Command, context: VerbContext, done: Done): void {
  program
    .command("new")
    .summary("lay out the folder of a new unit")
    .description("Makes a folder with a Dockerfile, files/ for the image, settings, a test and a Makefile; it can be built as it is.")
    .addHelpText("after", "\nExample: cooper new web && make -C web test install")
    .argument("<name>", "its name, which is its image's and its container's; or a path")
    .option("--base <image>", "what the image is built on", "debian:bookworm")
    .option("--harden", "with a trimmed image, a read-only root, no capabilities and a user of its own")
    .option("--root <folder>", "where to make it, instead of the first root of host.yaml or this folder", collect(String), [])
    .option("--json", "print one JSON object")
    .action(async (name, options) => done(await (await import("../verbs/unit/new.ts")).newUnit(context, name, options)));
}

function addUnits(command: Command): Command {
  return command
    .argument("[unit...]", "names of units' folders (or their unique start), or their paths; this folder where none is given")
    .option("--all", "all units of the roots")
    .option("--root <folder>", "a folder that holds units, instead of those of host.yaml (may be repeated)", collect(String), [])
    .option("--set <KEY=VALUE>", "a setting over those of all files; the value is YAML (may be repeated)", collect(readNameAndValue), [])
    .option("--json", "print one JSON object");
}

function addBuildOptions(command: Command): Command {
  return command
    .addOption(new Option("--builder <builder>", "what builds the Dockerfile").choices(["classic", "buildkit"]).default("classic"))
    .option("--no-cache", "build every instruction anew")
    .option("--pull", "ask for a newer base image, even where one is here")
    .option("--harden", "take tools and set-user-id bits away that a service does not need")
    .option("--allow-untested", "promote an image that has no tests, too")
    .option("--verbose", "show what the build prints");
}

function addDeadline(command: Command): Command {
  return command.option("--timeout <seconds>", "how long one test may take (ten minutes)", readMilliseconds, 600_000);
}

function addBuild(program: Command, context: VerbContext, done: Done): void {
  const command = program
    .command("build")
    .summary("build the image of a unit")
    .description(
      "Builds the Dockerfile of a unit and tags the image latest; what is live stays as it is.\nA program Build in the unit's folder goes before it.",
    )
    .addHelpText("after", "\nExample: cooper build web")
    .option("-a, --all-the-way", "then test it and, where that passes, promote it");
  addDeadline(addBuildOptions(addUnits(command))).action(async (units, options) =>
    done(await (await import("../verbs/unit/build.ts")).buildUnits(context, units, { ...program.opts(), ...options })),
  );
}

function addTest(program: Command, context: VerbContext, done: Done): void {
  const command = program
    .command("test")
    .summary("test the image of a unit, or what runs in production")
    .description(
      "Makes an instance of the image that was built last, beside production, waits until it is ready, runs the unit's tests\nagainst it and takes it away. No tests is no pass.",
    )
    .addHelpText("after", "\nExample: cooper test web")
    .addOption(new Option("--prod-ready", "an instance with production's settings and mounts like production's").conflicts("inProd"))
    .option("--in-prod", "test the instance that runs in production")
    .addOption(new Option("-r, --run", "a new instance, also where KTOOLS_DRUN_TEST_PROD asks for production's").hideHelp())
    .option("--image <image>", "another image than the one that was built last")
    .addOption(new Option("--format <format>", "how to print the results").choices(["text", "tap", "junit", "json"]).default("text"));
  addDeadline(addUnits(command)).action(async (units, options) =>
    done(await (await import("../verbs/unit/test.ts")).testUnits(context, units, { ...program.opts(), ...options })),
  );
}

function addPromote(program: Command, context: VerbContext, done: Done): void {
  const command = program
    .command("promote")
    .summary("make a tested image the live one")
    .description(
      "The image that was built last becomes live, if exactly it was tested and passed; what was live becomes prev.\nWhat runs is left alone: `cooper up` or `cooper restart` puts it to work.",
    )
    .addHelpText("after", "\nExample: cooper promote web")
    .option("--image <image>", "another image than the one that was built last")
    .option("--allow-untested", "promote an image that has no tests, too");
  addUnits(command).action(async (units, options) =>
    done(await (await import("../verbs/unit/promote.ts")).promote(context, units, { ...program.opts(), ...options })),
  );
}

function addRollback(program: Command, context: VerbContext, done: Done): void {
  const command = program
    .command("rollback")
    .summary("go back to an earlier release")
    .usage("[options] [unit...] [steps]")
    .description("The release before the current one (or that many before) is live again, and takes the place of what runs.")
    .addHelpText("after", "\nExamples: cooper rollback web\n          cooper rollback web 2")
    .option("-n, --steps <count>", "how many releases to go back (1); the last argument may say so too", readCount);
  addUnits(command).action(async (units, options) =>
    done(await (await import("../verbs/unit/promote.ts")).rollback(context, units, { ...program.opts(), ...options })),
  );
}

function addReleases(program: Command, context: VerbContext, done: Done): void {
  const command = program
    .command("releases")
    .summary("what was promoted, when, on which tests, and what is live")
    .description("Lists the releases of a unit, the newest first.")
    .addHelpText("after", "\nExample: cooper releases web");
  addUnits(command).action(async (units, options) =>
    done(await (await import("../verbs/unit/releases.ts")).releases(context, units, { ...program.opts(), ...options })),
  );
}

function addUpgrade(program: Command, context: VerbContext, done: Done): void {
  const command = program
    .command("upgrade")
    .summary("build, test, promote, and put to work")
    .description(
      "Builds the image, tests it, promotes it and replaces what runs. Where the new one is not accepted the very same old one\ncomes back, the release is withdrawn, and the exit code is 6. With --pull for a timer: a newer base image is taken in.",
    )
    .addHelpText("after", "\nExample: cooper upgrade --pull web");
  addDeadline(addBuildOptions(addUnits(command))).action(async (units, options) =>
    done(await (await import("../verbs/unit/upgrade.ts")).upgrade(context, units, { ...program.opts(), ...options })),
  );
}
