import { type Command, Option } from "commander";
import { MODES } from "../../ship/settings/modes.ts";
import { collect, readNameAndValue, readParallel } from "./argument.ts";
import type { VerbContext } from "../context.ts";
import { addUnitOptions } from "./unit-options.ts";
import type { Done } from "./done.ts";

const UNITS = "names of units' folders (or their unique starts), or paths; that of this folder when there is none";

/** The verbs that start and stop the instances of units. */
export function addRunVerbs(program: Command, context: VerbContext, done: Done): void {
  addRun(program, context, done);
  addUp(program, context, done);
  addDown(program, context, done);
  addRestart(program, context, done);
  addRecover(program, context, done);
}

/** Adds what every verb can be told that takes several units and works on them in waves. */
export function addSeveralOptions(command: Command): Command {
  return addUnitOptions(command)
    .option("--all", "every unit of the roots; in waves, what comes `after` others when those are done")
    .option("--parallel <n>", "how many units at once (as many as there are processors)", readParallel)
    .option("--json", "print one JSON object");
}

function addRun(program: Command, context: VerbContext, done: Done): void {
  program
    .command("run")
    .summary("an instance of a unit, in the foreground or detached")
    .description(
      "In production it is started like `up`, anew. Beside production, with a command of your own or with --shell, it runs in the foreground, keeps no log and is removed when it ends; then its exit code is passed on, and cooper's own failures are 125 to 127.",
    )
    .addHelpText("after", "\nExamples: cooper run -D web\n          cooper run -S web -- -c 'ls /srv'\n          cooper run --test web")
    .argument("[unit]", "name of the unit's folder (or its unique start), or its path", ".")
    .argument("[command...]", "after --: what takes the place of its command")
    .addOption(new Option("-m, --mode <mode>", "which instance (prod)").choices(MODES))
    .option("-D, --dev", "the dev instance: dev's mounts and network, in the foreground")
    .option("-S, --shell", "a shell of root's in place of what it runs; the dev instance unless --mode says otherwise")
    .option("-t, --test", "print the docker command that is the same; change nothing")
    .option("--root <folder>", "a folder that holds units, instead of those of host.yaml (may be repeated)", collect(String), [])
    .option("--set <KEY=VALUE>", "a setting over those of all files; the value is YAML (may be repeated)", collect(readNameAndValue), [])
    .action(async (unit, command, options) =>
      done(await (await import("../verbs/unit/run.ts")).run(context, [unit, ...command], { ...program.opts(), ...options })),
    );
}

function addUp(program: Command, context: VerbContext, done: Done): void {
  const command = program
    .command("up")
    .summary("start units, or replace what runs otherwise than planned")
    .description(
      "Makes what the plan says and waits until it works: its health check, else a port, else that it stays up. What ran before is kept until then, and comes back if the new one is not accepted (exit code 6). What runs as planned already is left alone.\n\ncooper -c A,B VERB does it on the engines of several Docker contexts.",
    )
    .addHelpText("after", "\nExamples: cooper up web db\n          cooper up --all")
    .argument("[unit...]", UNITS)
    .option("--adopt", "take the place of a container of that name that cooper did not make for the unit");
  addSeveralOptions(command).action(async (units, options) =>
    done(await (await import("../verbs/unit/up.ts")).up(context, units, { ...program.opts(), ...options })),
  );
}

function addDown(program: Command, context: VerbContext, done: Done): void {
  const command = program
    .command("down")
    .summary("stop and remove the containers of units")
    .description(
      "Removes containers and their own networks; named volumes and folders stay. What depends on others goes before them.\n\ncooper -c A,B VERB does it on the engines of several Docker contexts.",
    )
    .addHelpText("after", "\nExample: cooper down web")
    .argument("[unit...]", UNITS)
    .option("--volumes", "also the named volumes of an instance beside production; production's are never removed");
  addSeveralOptions(command).action(async (units, options) =>
    done(await (await import("../verbs/unit/down.ts")).down(context, units, { ...program.opts(), ...options })),
  );
}

function addRestart(program: Command, context: VerbContext, done: Done): void {
  const command = program
    .command("restart")
    .summary("make the containers of units anew; the old ones come back where the new do not work")
    .description(
      "What runs is replaced as with `up`, also where nothing has changed.\n\ncooper -c A,B VERB does it on the engines of several Docker contexts.",
    )
    .addHelpText("after", "\nExample: cooper restart web")
    .argument("[unit...]", UNITS)
    .option("--adopt", "take the place of a container of that name that cooper did not make for the unit");
  addSeveralOptions(command).action(async (units, options) =>
    done(await (await import("../verbs/unit/up.ts")).restart(context, units, { ...program.opts(), ...options })),
  );
}

function addRecover(program: Command, context: VerbContext, done: Done): void {
  program
    .command("recover")
    .summary("bring to an end what was cut off")
    .description(
      "After a kill or a power failure: what was accepted stays, else the very same old container is back; ledger and tags say so too, and what a test left is taken away.",
    )
    .addHelpText("after", "\nExample: cooper recover")
    .argument("[unit...]", "names of units' folders, or paths; all that were cut off when there is none")
    .option("--root <folder>", "a folder that holds units, instead of those of host.yaml (may be repeated)", collect(String), [])
    .option("--json", "print one JSON object")
    .action(async (units, options) =>
      done(await (await import("../verbs/unit/recover.ts")).recoverUnits(context, units, { ...program.opts(), ...options })),
    );
}
