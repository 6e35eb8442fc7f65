import { type Command, Option } from "commander";
import type { VerbContext } from "../../context.ts";
import { readCount, readEngineCommand, readMilliseconds } from "../argument.ts";
import { addCheckpointVerbs } from "./checkpoint.ts";
import { addContainerTools } from "./container-tools.ts";
import { addEnvironmentVerbs } from "./environment.ts";
import { addImageVerbs } from "./image.ts";
import { addInstallVerbs } from "./install.ts";
import { addSshVerbs } from "./ssh.ts";
import { addOldFlags } from "./dockerdo-flags.ts";
import { addMountVerbs } from "./mount.ts";
import type { Done } from "../done.ts";
import { SESSION, WHICH } from "./session-option.ts";

function addSessionVerbs(dev: Command, context: VerbContext, done: Done): void {
  dev
    .command("init")
    .summary("make a session; prints the script that a shell sources")
    .addHelpText("after", '\nExamples: source "$(cooper dev init)"\n          source "$(cooper dev init --host build.example.org work)"')
    .description('Makes a session, or finds the one of that name, and prints the path of its script: . "$(cooper dev init)"')
    .argument("[name]", "a session that is kept; without a name it is called after the folder")
    .option("--host <machine>", "a machine that ssh knows, or an address (ssh://, unix://, tcp://)")
    .option("--remote <machine>", "the same")
    .addOption(new Option("--local", "the engine of this machine").conflicts(["host", "remote", "context"]))
    .addOption(
      new Option("--docker <command>", "the command of the engine there (docker, podman or nerdctl)")
        .argParser(readEngineCommand)
        .default("docker"),
    )
    .addOption(new Option("--context <name>", "Docker context of the engine").conflicts(["host", "remote"]))
    .option("--container <name>", "attach this container at once")
    .option("--image <image>", "what `dev run` starts when it is told no image")
    .option("--user <user>", "user of the commands; else the container's own")
    .option(
      "--build-dir <folder>",
      "folder of the engine's machine where images are built; over ssh also a folder here, under the machine's name",
    )
    .option("--preset <name>", "settings of that name in the settings file")
    .option("--registry <address>", "where `dev push` puts the session's image")
    .addOption(new Option("--distro <distro>", "whose tools `dev overlay` puts in").choices(["ubuntu", "alpine"] as const))
    .option("--deadline <seconds>", "how long a program waits at most when the engine's machine does not answer (5)", readMilliseconds)
    .option("--no-mount", "do not make the container's files a folder here")
    .addOption(new Option("--shell <shell>", "for which shell the script is; else your login shell").choices(["sh", "fish"]))
    .action(async (name, options) => done(await (await import("../../verbs/dev/session.ts")).devInit(context, name, options)));
}

function addContainerVerbs(dev: Command, context: VerbContext, done: Done): void {
  dev
    .command("attach")
    .summary("make a container that runs the session's own")
    .addHelpText("after", "\nExample: cooper dev attach web")
    .argument("<container>", "name, id or unique prefix of either")
    .option(SESSION, WHICH)
    .action(async (name, options) => done(await (await import("../../verbs/dev/session.ts")).devAttach(context, name, options)));
  dev
    .command("run")
    .summary("start a container for the session")
    .addHelpText(
      "after",
      "\nExamples: cooper dev run debian:bookworm\n          cooper dev run -p 8080:80 --name web nginx\n          cooper dev run --swarm --constraint node.role==worker nginx",
    )
    .usage("[--session NAME] [--swarm [--node ADDRESS]] [words of docker run] <image> [command...]")
    .argument("[words...]", "options, image and command as for `docker run`; it gets a terminal and runs in the background")
    .option("--session <name>", WHICH)
    .option("--swarm", "let an existing Swarm place it: the words are those of `docker service create`")
    .option(
      "--ssh-port-on-remote-host <port>",
      "port of that machine's loopback for the ssh server of the image of `build`; else a free one",
      readCount,
    )
    .option("--no-default-args", "without the words that the settings file has for each container")
    .option("--node <address>", "with --swarm: how a node's engine is reached (ssh://{{.Node.Hostname}})")
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (words, options) => done(await (await import("../../verbs/dev/run.ts")).devRun(context, words, options)));
}

function addStateVerbs(dev: Command, context: VerbContext, done: Done): void {
  dev
    .command("start")
    .summary("start the session's container again")
    .addHelpText("after", "\nExample: cooper dev start")
    .option(SESSION, WHICH)
    .action(async (options) => done(await (await import("../../verbs/dev/session.ts")).devStart(context, options)));
  dev
    .command("status")
    .summary("the session, its container and its process")
    .addHelpText("after", "\nExample: cooper dev status --all")
    .option(SESSION, WHICH)
    .option("-a, --all", "all sessions")
    .option("--json", "print one JSON object")
    .action(async (options) => done(await (await import("../../verbs/dev/status.ts")).devStatus(context, options)));
}

function addEndVerbs(dev: Command, context: VerbContext, done: Done): void {
  dev
    .command("stop")
    .summary("end the session's process, and the container that it made")
    .addHelpText("after", "\nExample: cooper dev stop")
    .option(SESSION, WHICH)
    .action(async (options) => done(await (await import("../../verbs/dev/end.ts")).devStop(context, options)));
  dev
    .command("rm")
    .summary("forget the session and remove the container that it made")
    .addHelpText("after", "\nExample: cooper dev rm --force work")
    .argument("[name]", "the session")
    .option("-f, --force", "also when its container runs")
    .option("--delete", "also remove the image that `build` made for it")
    .option("--keep-container", "leave the container as it is")
    .option(SESSION, WHICH)
    .action(async (name, options) => done(await (await import("../../verbs/dev/end.ts")).devRemove(context, name, options)));
  dev
    .command("serve", { hidden: true })
    .argument("<folder>")
    .action(async (folder) => done(await (await import("../../verbs/dev/serve.ts")).devServe(context, folder)));
  dev
    .command("build-folder", { hidden: true })
    .argument("<folder>")
    .action(async (folder) => done(await (await import("../../verbs/dev/build-folder.ts")).devBuildFolder(context, folder)));
}

function addExec(dev: Command, context: VerbContext, done: Done): void {
  dev
    .command("exec")
    .summary("run one command in the session's container (dodo)")
    .addHelpText(
      "after",
      "\nExamples: cooper dev exec ls /etc\n          cooper dev exec -c 'cd /srv && export LEVEL=2'\n          cooper dev exec -u root -- apt-get update",
    )
    .description("Also called `dodo`. Options end at the first word; the rest is the command's, byte for byte.")
    .usage("[options] [--] <command> [argument...]")
    .argument("[words...]", "the command and its arguments")
    .option("-c, --command <text>", "text for the container's shell; what it exports and where it goes is kept")
    .option(SESSION, WHICH)
    .option("-u, --user <user>", "user (and group)")
    .option("-w, --workdir <folder>", "where it runs; else the folder of the mount that you are in, else where the last one went")
    .option("-e, --env <NAME[=VALUE]>", "a variable of this command; NAME alone takes it over from here")
    .option("--env-file <file>", "variables from a file, with values of any bytes")
    .option("-t, --tty", "give it a terminal although its output is none")
    .option("-T, --no-tty", "give it no terminal")
    .option("-n, --no-stdin", "give it no input")
    .option("--no-history", "leave it out of what replay makes (as the last word #nohist does)")
    .passThroughOptions()
    .action(async (words) => done(await (await import("../../verbs/dev/exec.ts")).devExec(context, words)));
}

/** `cooper dev`: a container, near or far, as a folder and a command prefix. */
export function addDev(program: Command, context: VerbContext, done: Done): void {
  const dev = program.command("dev").summary("your own shell, editor and tools in a container, near or far").enablePositionalOptions();
  addSessionVerbs(dev, context, done);
  addContainerVerbs(dev, context, done);
  addStateVerbs(dev, context, done);
  addExec(dev, context, done);
  addEnvironmentVerbs(dev, context, done);
  addContainerTools(dev, context, done);
  addCheckpointVerbs(dev, context, done);
  addEndVerbs(dev, context, done);
  addMountVerbs(dev, context, done);
  addImageVerbs(dev, context, done);
  addSshVerbs(dev, context, done);
  addInstallVerbs(dev, context, done);
  addOldFlags(dev, (line) => void context.stderr.write(line));
}
