import { type Command, InvalidArgumentError, Option } from "commander";
import { UNIT_KINDS } from "../../ship/look/unit-kinds.ts";
import { MODES } from "../../ship/settings/modes.ts";
import { collect, readCount, readMilliseconds, readVariable } from "./argument.ts";
import type { VerbContext } from "../context.ts";
import { addSeveralOptions } from "./program-run.ts";
import type { Done } from "./done.ts";

/** The verbs that look at what runs, and the small ones that are done to it. */
export function addLookVerbs(program: Command, context: VerbContext, done: Done): void {
  addPs(program, context, done);
  addCheck(program, context, done);
  addLogs(program, context, done);
  addEnter(program, context, done);
  addReload(program, context, done);
  addImages(program, context, done);
  addPlaces(program, context, done);
  addMap(program, context, done);
  addExport(program, context, done);
  addClean(program, context, done);
}

/** `-c A,B` looks at several engines; a name is a unit's or a container's. */
function addLookOptions(command: Command, all: string): Command {
  return command
    .option("-a, --all", all)
    .option("--root <folder>", "a folder that holds units, instead of those of host.yaml (may be repeated)", collect(String), [])
    .addOption(new Option("-m, --mode <mode>", "which instance of a unit").choices(MODES).default("prod"))
    .option("--json", "print JSON");
}

const NAMES = "units or containers, by name or its unique start";
const CONTEXTS = "\n\ncooper -c A,B VERB looks at the engines of several Docker contexts.";

function addPs(program: Command, context: VerbContext, done: Done): void {
  const command = program
    .command("ps")
    .summary("what runs, of which unit, since when, and whether its image is the newest")
    .description(
      `Lists the containers that run, those of units first.\nWith names: these alone, and 1 when one of them does not run.${CONTEXTS}`,
    )
    .addHelpText("after", "\nExample: cooper ps web db")
    .argument("[name...]", NAMES)
    .addOption(new Option("--only <kind>", "units of one kind alone").choices(UNIT_KINDS))
    .addOption(
      new Option("--show <column>", "print this alone, one line each").choices([
        "name",
        "unit",
        "id",
        "pid",
        "ip",
        "image",
        "wave",
        "file",
        "veth",
      ]),
    );
  addLookOptions(command, "also what does not run, and units that have no container").action(async (names, options) =>
    done(await (await import("../verbs/look/ps.ts")).ps(context, names, { ...program.opts(), ...options })),
  );
}

function addCheck(program: Command, context: VerbContext, done: Done): void {
  const command = program
    .command("check")
    .summary("whether all is up that should be")
    .description(
      `Looks at what was named; without names at every unit that starts by itself on this machine (autostart).\nPrints "all ok", or what is not up, and then ends with 1.${CONTEXTS}`,
    )
    .addHelpText("after", "\nExample: cooper check")
    .argument("[name...]", NAMES)
    .option("--brief", "print y or n");
  addLookOptions(command, "every unit").action(async (names, options) =>
    done(await (await import("../verbs/look/check.ts")).check(context, names, { ...program.opts(), ...options })),
  );
}

function addLogs(program: Command, context: VerbContext, done: Done): void {
  const command = program
    .command("logs")
    .summary("what instances wrote, with control characters shown as such")
    .description(`What they wrote to stdout and stderr goes there.${CONTEXTS}`)
    .addHelpText("after", "\nExample: cooper logs -f -n 20 web db")
    .argument("[name...]", `${NAMES}; the unit of this folder when there is none`)
    .option("-f, --follow", "go on with what is written from now on")
    .option("-n, --tail <lines>", "the last so many lines", readCount)
    .option("--since <seconds>", "only what was written in the last so many seconds", readMilliseconds)
    .option("-t, --timestamps", "with the time of each line")
    .option("--raw", "every byte as it is: what is written there may change your screen");
  addLookOptions(command, "all that run").action(async (names, options) =>
    done(await (await import("../verbs/look/logs.ts")).logs(context, names, { ...program.opts(), ...options })),
  );
}

function addEnter(program: Command, context: VerbContext, done: Done): void {
  const command = program
    .command("enter")
    .summary("a shell or a command in a running instance, as root; nothing is recorded")
    .description("Ends with the exit code of what was run.\nSeveral names need a command after --, which is run in each of them.")
    .addHelpText("after", "\nExamples: cooper enter web\n          cooper enter web -- nginx -t\n          cooper enter --all -- uptime")
    .usage("[options] <name...> [--] [command] [argument...]")
    .argument("[words...]", `${NAMES}, and after -- a command`)
    .option("-u, --user <user>", "user (and group)", "0")
    .option("-w, --workdir <folder>", "where it runs")
    .option("-e, --env <KEY[=VALUE]>", "a variable; KEY alone takes it over from here (may be repeated)", collect(readVariable), [])
    .option("--tools <archive>", "first unpack a tar archive (also .tar.gz) at its root (may be repeated)", collect(String), [])
    .option("--console", "the terminal of the first process instead (left with ^P ^Q)")
    .passThroughOptions();
  addLookOptions(command, "all that run").action(async (words, options) =>
    done(await (await import("../verbs/look/enter.ts")).enter(context, words, { ...program.opts(), ...options })),
  );
}

function addReload(program: Command, context: VerbContext, done: Done): void {
  const command = program
    .command("reload")
    .summary("a signal (HUP) to the first process of instances: read your settings again")
    .description("The container needs no program for it.")
    .addHelpText("after", "\nExample: cooper reload web")
    .argument("[name...]", `${NAMES}; the unit of this folder when there is none`)
    .option("--signal <signal>", "another signal", readSignal, "HUP");
  addLookOptions(command, "all that run").action(async (names, options) =>
    done(await (await import("../verbs/look/reload.ts")).reload(context, names, { ...program.opts(), ...options })),
  );
}

function readSignal(text: string): string {
  const name = text.toUpperCase().replace(/^SIG/u, "");
  if (!/^(?:[A-Z][A-Z0-9]*|[1-9]\d?)$/u.test(name))
    throw new InvalidArgumentError("It must be the name or number of a signal, such as HUP.");
  return name;
}

function addImages(program: Command, context: VerbContext, done: Done): void {
  const command = program
    .command("images")
    .summary("the images of units: their names, size, age, and what runs of them")
    .description(`1 when a unit that was named has no image here.${CONTEXTS}`)
    .addHelpText("after", "\nExample: cooper images web")
    .argument("[name...]", `${NAMES}; all units when there is none`);
  addLookOptions(command, "every image of the engine").action(async (names, options) =>
    done(await (await import("../verbs/look/images.ts")).images(context, names, { ...program.opts(), ...options })),
  );
}

function addPlaces(program: Command, context: VerbContext, done: Done): void {
  const ip = program
    .command("ip")
    .summary("the address of running instances")
    .description(`Of one name it prints the address alone; --json has those on all networks.${CONTEXTS}`)
    .addHelpText("after", "\nExample: curl http://$(cooper ip web)/")
    .argument("[name...]", `${NAMES}; the unit of this folder when there is none`);
  addLookOptions(ip, "all that run").action(async (names, options) =>
    done(await (await import("../verbs/look/ip.ts")).ip(context, names, { ...program.opts(), ...options })),
  );
  const cow = program
    .command("cow")
    .summary("the folder of this machine that holds an instance's own (copy-on-write) layer")
    .description("4 where it cannot be told: the engine is elsewhere, or only root may look.")
    .addHelpText("after", "\nExample: sudo ls -la $(sudo cooper cow web)")
    .argument("[name...]", `${NAMES}; the unit of this folder when there is none`);
  addLookOptions(cow, "all that run").action(async (names, options) =>
    done(await (await import("../verbs/look/cow.ts")).cow(context, names, { ...program.opts(), ...options })),
  );
}

function addMap(program: Command, context: VerbContext, done: Done): void {
  program
    .command("map")
    .summary("id and name of the running containers of this machine")
    .description(
      "Asks /var/run/docker.sock alone; reads no configuration, and no variable such as DOCKER_HOST.\nThe command d-map does the same without Node's variables, so that it can be allowed to others with sudo.",
    )
    .addHelpText("after", "\nExample: cooper map")
    .option("--json", "print one JSON object")
    .action(async (options) => done(await (await import("../verbs/look/map.ts")).map(context, options)));
}

function addExport(program: Command, context: VerbContext, done: Done): void {
  const command = program
    .command("export")
    .summary("the definition of a container, however it was started: as docker run, Compose, Quadlet, …")
    .description(
      "Prints only what differs from its image and from what the engine gives every container.\nValues that look like secrets are left out, and said; 4 where the form cannot say all.",
    )
    .addHelpText("after", "\nExample: cooper export web --as compose")
    .argument("[name...]", `${NAMES}; the unit of this folder when there is none`)
    .addOption(new Option("--as <form>", "the form").choices(["run", "compose", "settings", "quadlet", "stack"]).default("compose"))
    .option("-o, --output <file>", "write it to a file instead of printing it")
    .option("--secrets", "write the values of secret-looking variables too");
  addLookOptions(command, "all that run").action(async (names, options) =>
    done(await (await import("../verbs/look/export.ts")).exportDefinition(context, names, { ...program.opts(), ...options })),
  );
}

function addClean(program: Command, context: VerbContext, done: Done): void {
  const command = program
    .command("clean")
    .summary("remove what is left of test and dev instances that do not run, and untagged images of units")
    .description("Production's containers, networks and volumes are never touched, nor images that a name or a release keeps.")
    .argument("[unit...]", "names of units' folders (or their unique starts), or paths; that of this folder when there is none")
    .option("-n, --dry-run", "say what would go; change nothing");
  addSeveralOptions(command)
    .addHelpText("after", "\nExample: cooper clean --all --dry-run")
    .action(async (units, options) =>
      done(await (await import("../verbs/look/clean.ts")).clean(context, units, { ...program.opts(), ...options })),
    );
}
