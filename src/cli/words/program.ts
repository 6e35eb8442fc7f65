import { Command, Help, Option } from "commander";
import { VERSION } from "../version.ts";
import { collect, readMilliseconds, readNameAndFile, readNameAndValue, readSpeed, readVariable } from "./argument.ts";
import type { VerbContext } from "../context.ts";
import { addLookVerbs } from "./program-look.ts";
import { addRunVerbs } from "./program-run.ts";
import { addReleaseVerbs } from "./program-release.ts";
import { addDev } from "./dev/dev.ts";
import { addCompletion } from "./dev/install.ts";
import { addScan } from "./program-scan.ts";
import { addShipVerbs } from "./program-ship.ts";
import { addSlimVerbs } from "./program-slim.ts";
import type { Done } from "./done.ts";

function addRecord(program: Command, context: VerbContext, done: Done): void {
  program
    .command("record")
    .summary("a shell in a running container; everything done in it is recorded")
    .addHelpText("after", "\nExamples: cooper record web\n          cooper record --user 0 --shell bash web")
    .description(
      "Opens a shell in a running container and records every command with what it changed.\nWith a standard input that is no terminal, its lines are typed.",
    )
    .argument("<container>", "name, id or unique prefix of either")
    .option("-u, --user <user>", "user (and group) of the shell")
    .option("-w, --workdir <folder>", "where the shell starts")
    .option("--shell <program>", "the shell; else the user's own, bash, zsh, ash or sh")
    .option(
      "-e, --env <KEY[=VALUE]>",
      "a variable of the shell; KEY alone takes it over from here (may be repeated)",
      collect(readVariable),
      [],
    )
    .option("--start", "start the container if it is stopped")
    .option("--replay", "record nothing: print the Dockerfile of what was recorded")
    .option("--reads", "also record which changed files each command reads, through a helper container that watches")
    .action(async (name, options) =>
      done(await (await import("../verbs/record/record.ts")).record(context, name, { ...program.opts(), ...options })),
    );
}

function addHistory(program: Command, context: VerbContext, done: Done): void {
  const history = program
    .command("history")
    .summary("what was done, and what each command changed")
    .addHelpText(
      "after",
      "\nExamples: cooper history web\n          cooper history --effects web\n          cooper history --play --speed 4 web",
    )
    .argument("<container>", "a container, or a removed one that has a history")
    .option("--effects", "list every path that a Step changed")
    .option("--json", "print one JSON object")
    .option("--play", "play the terminal of the last Session")
    .option("--session <id>", "the Session to play (s1, s2, …)")
    .option("--speed <factor>", "how fast to play", readSpeed, 1)
    .action(async (name, options) =>
      done(await (await import("../verbs/record/history.ts")).showHistory(context, name, { ...program.opts(), ...options })),
    );
  history
    .command("edit")
    .summary("decide what replay makes of the Steps")
    .addHelpText(
      "after",
      "\nExamples: cooper history edit web\n          cooper history edit --drop s1.3 --annotate 's1.4=the web server' web",
    )
    .description("Without a flag: opens the decisions as a text in $VISUAL or $EDITOR. Each flag may be repeated.")
    .argument("<container>", "a container, or a removed one that has a history")
    .option("--keep <step>", "keep a Step that would be dropped", collect(String), [])
    .option("--drop <step>", "drop a Step", collect(String), [])
    .option("--rename <STEP=TEXT>", "replace a Step's command", collect(readNameAndValue), [])
    .option("--annotate <STEP=TEXT>", "put a comment above a Step's instruction", collect(readNameAndValue), [])
    .option("--secret <step or path>", "a Step or a path that holds a secret", collect(String), [])
    .option("--cmd <command>", "what the image runs, as a JSON list or as words (\"nginx -g 'daemon off;'\")")
    .option("--reset", "forget all decisions made so far")
    .action(async (name, options) =>
      done(await (await import("../verbs/record/history-edit.ts")).editHistory(context, name, { ...program.opts(), ...options })),
    );
}

function addDraftOptions(command: Command): Command {
  return command
    .addOption(new Option("--builder <builder>", "what builds the Dockerfile").choices(["classic", "buildkit"]).default("classic"))
    .addOption(new Option("--stages <when>", "compile-only work becomes a build stage").choices(["auto", "never"]).default("auto"))
    .option("--may-differ <pattern>", "paths that cannot be equal (may be repeated)", collect(String), [])
    .option("--pin", "FROM with the image's digest")
    .option("--label <KEY=VALUE>", "a label of the image (may be repeated)", collect(readNameAndValue), [])
    .option("--maintainer <text>", "who maintains the image")
    .option(
      "--secret <NAME=file:PATH>",
      "a secret from a file of this machine, for the build (needs --builder buildkit)",
      collect(readNameAndFile),
      [],
    )
    .option("--network <network>", "network of the build and of the container that is tried out; the recorded container's own unless told")
    .option("--build-timeout <seconds>", "give up the build after this time (an hour)", readMilliseconds, 3_600_000)
    .option("--verbose", "show what the build prints");
}

function addReplay(program: Command, context: VerbContext, done: Done): void {
  const command = program
    .command("replay")
    .summary("the Dockerfile of what was recorded, its context, and why")
    .addHelpText(
      "after",
      "\nExamples: cooper replay web\n          cooper replay --explain web\n          cooper replay --repair -o ./image web",
    )
    .argument("<container>", "a container, or a removed one that has a history")
    .option("-o, --output <folder>", "write Dockerfile, context, .dockerignore and acceptance.yaml here; else the Dockerfile is printed")
    .option("--force", "write into a folder that cooper did not make")
    .option("--explain", "say for each instruction where it comes from, and for each dropped Step why")
    .option("--repair", "build, compare, and carry as files what the commands did not reproduce")
    .option("--json", "print one JSON object");
  addDraftOptions(command).action(async (name, options) =>
    done(await (await import("../verbs/record/replay.ts")).replay(context, name, { ...program.opts(), ...options })),
  );
}

function addVerify(program: Command, context: VerbContext, done: Done): void {
  const command = program
    .command("verify")
    .summary("build the Dockerfile and compare the image with the container, path by path")
    .addHelpText("after", "\nExamples: cooper verify web\n          cooper verify --may-differ '/var/cache/**' web")
    .argument("<container>", "the recorded container")
    .option("--acceptance <file>", "ask the built image what this acceptance.yaml says, not the one made of what was observed")
    .option("--ignored", "list the paths that do not count")
    .option("--keep", "keep the built image and say its id")
    .option("--json", "print one JSON object");
  addDraftOptions(command).action(async (name, options) =>
    done(await (await import("../verbs/record/verify.ts")).verify(context, name, { ...program.opts(), ...options })),
  );
}

function addExec(program: Command, context: VerbContext, done: Done): void {
  program
    .command("exec")
    .summary("run one command in a container and record it")
    .addHelpText("after", "\nExamples: cooper exec web -- apt-get install -y nginx\n          cooper exec -it web -- passwd")
    .usage("[options] <container> [--] <command> [argument...]")
    .argument("<container>", "name, id or unique prefix of either")
    .argument("<command...>", "the command and its arguments")
    .option("-i, --interactive", "give it standard input")
    .option("-t, --tty", "give it a terminal")
    .option("-u, --user <user>", "user (and group)")
    .option("-w, --workdir <folder>", "where it runs")
    .option("-e, --env <KEY[=VALUE]>", "a variable; KEY alone takes it over from here (may be repeated)", collect(readVariable), [])
    .option("--start", "start the container if it is stopped")
    .passThroughOptions()
    .action(async (name, argv, options) =>
      done(await (await import("../verbs/record/exec.ts")).exec(context, [name, ...argv], { ...program.opts(), ...options })),
    );
}

function addEngine(program: Command, context: VerbContext, done: Done): void {
  const engine = program.command("engine").summary("a private engine, for a machine without one");
  engine
    .command("start")
    .summary("start it from the installed dockerd")
    .addHelpText("after", '\nExample: cooper engine start && eval "$(cooper engine env)"')
    .action(async () => done(await (await import("../verbs/machine/engine.ts")).startEngine(context)));
  engine
    .command("stop")
    .summary("end it; its images stay")
    .addHelpText("after", "\nExample: cooper engine stop")
    .option("--purge", "remove its images and containers as well")
    .action(async (options) => done(await (await import("../verbs/machine/engine.ts")).stopEngine(context, options)));
  engine
    .command("status")
    .summary("whether it runs, where, and what it holds")
    .addHelpText("after", "\nExample: cooper engine status")
    .option("--json", "print one JSON object")
    .action(async (options) => done(await (await import("../verbs/machine/engine.ts")).showEngineStatus(context, options)));
  engine
    .command("env")
    .summary("what the docker command needs to reach it, for eval")
    .addHelpText("after", '\nExample: eval "$(cooper engine env)" && docker info')
    .action(async () => done(await (await import("../verbs/machine/engine.ts")).printEngineEnvironment(context)));
  engine
    .command("uid-map")
    .summary("which users of this machine the users of containers are")
    .description(
      "Reads the engine's real map of user and group numbers: from the kernel for a running container, else from what the engine\nwas started with.",
    )
    .addHelpText("after", "\nExample: cooper engine uid-map --check")
    .option("--check", "say what is wrong with it, and exit with 1 where something is")
    .option("--json", "print one JSON object")
    .action(async (options) =>
      done(await (await import("../verbs/machine/uid-map.ts")).uidMap(context, { ...program.opts(), ...options })),
    );
}

function addHelp(program: Command): void {
  program
    .command("help")
    .summary("all options of a verb")
    .addHelpText("after", "\nExamples: cooper help replay\n          cooper help history edit")
    .argument("[verb...]", "a verb, and its own verb where it has some (history edit)")
    .action((words: readonly string[]) => {
      const find = (command: Command, word: string): Command =>
        command.commands.find((one) => one.name() === word) ?? program.error(`unknown verb: ${words.join(" ")}`);
      words.reduce(find, program).outputHelp();
    });
}

// A list that is empty unless an option is given, or a number whose description says it, is not worth a "(default: …)".
function describeOption(option: Option): string {
  return typeof option.defaultValue === "string" || option.argChoices !== undefined
    ? new Help().optionDescription(option)
    : option.description;
}

function sentence(text: string): string {
  return text && `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

const VERBS: readonly (readonly [string, readonly ((program: Command, context: VerbContext, done: Done) => void)[]])[] = [
  ["Record a container:", [addRecord, addHistory, addReplay, addVerify, addExec]],
  ["Images:", [addSlimVerbs]],
  ["Services:", [addReleaseVerbs, addRunVerbs, addShipVerbs]],
  ["Look at what runs:", [addLookVerbs, addScan]],
  ["Work in a container:", [addDev]],
  ["More:", [addCompletion, addEngine, addHelp]],
];

/** The command line: every verb with its options. A verb's code is loaded when the verb is given. */
export function createProgram(context: VerbContext, done: Done): Command {
  const program = new Command("cooper")
    .description("From a container set up by hand to a Dockerfile that provably rebuilds it.")
    .version(`cooper ${VERSION}`, "-V, --version", "print the version")
    .addOption(new Option("-H, --host <address>", "address of the engine (unix://, tcp://, ssh://)").conflicts("context"))
    .option("-c, --context <name>", "Docker context of the engine; several (A,B) for verbs that look")
    .enablePositionalOptions()
    .helpCommand(false)
    .configureHelp({
      optionDescription: describeOption,
      commandDescription: (command) => command.description() || sentence(command.summary()),
    })
    .showHelpAfterError("(cooper help VERB shows all options)")
    .configureOutput({
      writeErr: (text) => context.stderr.write(text.replace(/^error: /u, "cooper: ")),
      writeOut: (text) => context.stdout.write(text),
    });
  for (const [heading, verbs] of VERBS) {
    program.commandsGroup(heading);
    for (const add of verbs) add(program, context, done);
  }
  return program;
}
