import { type Command, Option } from "commander";
import { collect, readCount, readGlob, readMilliseconds, readOutput, readSbom, readVariable, readWait } from "./argument.ts";
import type { VerbContext } from "../context.ts";
import type { SlimOptions } from "./slim-options.ts";
import type { Done } from "./done.ts";

/** The verbs of the slim job. */
export function addSlimVerbs(program: Command, context: VerbContext, done: Done): void {
  addSlim(program, context, done);
  addWhy(program, context, done);
  addXray(program, context, done);
}

function addSlim(program: Command, context: VerbContext, done: Done): void {
  const command = program
    .command("slim")
    .summary("a small image that still works, tested against the original")
    .description(
      "Runs the image under a sensor while it is exercised, keeps what was used and all that it needs, and tests the result by the same exercise.\nOnly an image that passed gets the tag.",
    )
    .argument("[image]", "reference or id of the image")
    .option(
      "--from-container <name>",
      "a container that was set up by hand instead of an image: its Dockerfile, if it was recorded, else its files",
    )
    .option("-t, --tag <tag>", "tag of the result (NAME.slim; may be repeated)", collect(String), [])
    .option("--json", "print one JSON object");
  [addExerciseOptions, addKeepOptions, addResultOptions, addContainerOptions, addSensorOptions].forEach((add) => add(command));
  command.addHelpText(
    "after",
    "\nWithout an exercise the ports are greeted and crawled, and a job runs to its end.\nExamples: cooper slim web\n          cooper slim web --exercise ./smoke --tag web:small\n          cooper slim job --info-only",
  );
  command.action(async (image, options: SlimOptions) =>
    done(await (await import("../verbs/slim/slim.ts")).slim(context, image, { ...program.opts(), ...options })),
  );
}

function addExerciseOptions(command: Command): void {
  command
    .option(
      "-x, --exercise <command>",
      "a command of this machine that tests the container (gets COOPER_CONTAINER, COOPER_IMAGE, COOPER_IP, COOPER_PORT_<n>); each one given gets a container of its own",
      collect(String),
      [],
    )
    .option("--exec <command>", "a command that runs in the container and must end with 0 (may be repeated)", collect(String), [])
    .option("--wait <how>", "let a person use the container, until Enter (enter), SIGUSR1 (signal) or for some seconds", readWait)
    .option("--stdin <file>", "what the program reads from its standard input")
    .option("--no-probes", "do not greet and crawl the ports")
    .option("--deadline <seconds>", "time for getting ready and for each command (60)", readMilliseconds, 60_000)
    .option("--trace <file>", "add a saved Trace (may be repeated)", collect(String), [])
    .option("--save-trace <file>", "save what was seen");
}

function addKeepOptions(command: Command): void {
  command
    .addOption(
      new Option("--keep <level>", "how much of the surroundings of what was used stays")
        .choices(["trace", "module", "package", "app"])
        .default("module"),
    )
    .option("--include <glob>", "keep these paths whatever was seen (may be repeated)", collect(readGlob), [])
    .option("--exclude <glob>", "leave these paths out whatever was seen (may be repeated)", collect(readGlob), [])
    .option("--keep-shell", "keep the image's shell")
    .option("--keep-tool <name>", "keep a program with all that it needs (may be repeated)", collect(String), [])
    .option("--keep-package <name>", "keep all files of a package (may be repeated)", collect(String), [])
    .option("--repairs <count>", "rounds of adding what the test missed (12)", readCount, 12)
    .option("--no-rules", "keep only what was touched (to see what the rules are worth)");
}

function addResultOptions(command: Command): void {
  command
    .option("-c, --change <instruction>", "a setting of the result, as docker commit --change (may be repeated)", collect(String), [])
    .option("--unset <instruction>", "take a setting away: CMD, 'ENV NAME', 'EXPOSE 80' … (may be repeated)", collect(String), [])
    .option(
      "-o, --output <format[=path]>",
      "docker (the default), tar (docker save), oci (archive of an OCI layout) or dockerfile (a folder that makes the same in any build); may be repeated",
      collect(readOutput),
      [],
    )
    .option("--artifacts <folder>", "where lists, settings, activity, graph and Dockerfile.fat are kept (in the state folder)")
    .option("--rm-artifacts", "keep no artifacts")
    .option("--info-only", "make no image: tell what would stay, and what each level costs")
    .option("--seccomp <file>", "write a seccomp profile of the calls that the small image makes, tried by running with it")
    .option("--propose-read-only", "tell how docker run gives it a read-only root, tried by running so")
    .option("--drop-setuid", "no file keeps its set-user-id or set-group-id bit");
}

/** The words of `docker run`. */
function addContainerOptions(command: Command): void {
  command
    .option("-e, --env <KEY[=VALUE]>", "a variable of the container (may be repeated)", collect(readVariable), [])
    .option("--env-file <file>", "variables from a file (may be repeated)", collect(String), [])
    .option("-u, --user <user>", "user of the container")
    .option("-w, --workdir <folder>", "working folder of the container")
    .option("--entrypoint <program>", "entry point instead of the image's")
    .option("--cmd <word>", "command instead of the image's (may be repeated)", collect(String), [])
    .option("--network <network>", "network of the container")
    .option("-v, --volume <volume>", "a volume (may be repeated)", collect(String), [])
    .option("--tmpfs <path[:options]>", "a folder in memory (may be repeated)", collect(String), [])
    .option(
      "-p, --publish <port>",
      "a port of the container that the image does not expose, on loopback (may be repeated)",
      collect(String),
      [],
    )
    .option("--hostname <name>", "host name of the container")
    .option("--cap-add <capability>", "a capability more (may be repeated)", collect(String), [])
    .option("--cap-drop <capability>", "a capability less (may be repeated)", collect(String), [])
    .option("--security-opt <option>", "a security option (may be repeated)", collect(String), [])
    .option("--read-only", "root file system read-only")
    .option("--init", "an init as the first process")
    .option("--tty", "with a terminal");
}

function addSensorOptions(command: Command): void {
  command
    .addOption(
      new Option("--sensor <mode>", "how the sensor sees")
        .choices(["auto", "transparent", "unprivileged", "ptrace", "fanotify"])
        .default("auto"),
    )
    .option("--trust-image", "let the sensor have its capabilities although the image came from elsewhere");
}

function addWhy(program: Command, context: VerbContext, done: Done): void {
  program
    .command("why")
    .summary("why a path of a slim image was kept, or dropped")
    .argument("<image>", "the slim image or the original")
    .argument("<path>", "absolute path")
    .option("--json", "print one JSON object")
    .addHelpText("after", "\nExample: cooper why web.slim /usr/bin/python3")
    .action(async (image, path, options) =>
      done(await (await import("../verbs/slim/why.ts")).why(context, [image, path], { ...program.opts(), ...options })),
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
    .option("--against <image>", "a second image for the page (--html), such as the slim one")
    .option("--json", "print one JSON object")
    .addHelpText("after", "\nExamples: cooper xray web\n          cooper xray web --html web.html --against web.slim")
    .action(async (image, options, command: Command) => {
      if (options.against !== undefined && options.html === undefined) {
        command.error("error: option '--against <image>' is shown on the page: give '--html <file>' too");
      }
      done(await (await import("../verbs/slim/xray.ts")).xray(context, image, { ...program.opts(), ...options }));
    });
}
