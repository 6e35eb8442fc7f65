import { type Command, Option } from "commander";
import { collect } from "./argument.ts";
import type { VerbContext } from "../context.ts";
import { addUnitOptions } from "./unit-options.ts";
import type { Done } from "./done.ts";

/** The verbs of the ship job. */
export function addShipVerbs(program: Command, context: VerbContext, done: Done): void {
  addConfig(program, context, done);
  addConvert(program, context, done);
  addPlan(program, context, done);
}

function addConfig(program: Command, context: VerbContext, done: Done): void {
  const command = program
    .command("config")
    .summary("the settings of a unit, and where each comes from")
    .addHelpText(
      "after",
      "\nExamples: cooper config web\n          cooper config --mode test --explain ports web\n          cooper config --schema",
    )
    .argument("[unit]", "name of the unit's folder (or its unique start), or its path", ".")
    .option("--explain <key>", 'where the value of a key comes from ("ports", "environment.DEBUG", "port_offset")')
    .option("--schema", "print the JSON Schema of a unit's file")
    .option("--json", "print one JSON object");
  addUnitOptions(command).action(async (unit, options) =>
    done(await (await import("../verbs/unit/config.ts")).config(context, unit, { ...program.opts(), ...options })),
  );
}

function addConvert(program: Command, context: VerbContext, done: Done): void {
  program
    .command("convert")
    .summary("a settings.yaml of docker-infrastructure as compose.yaml, or back")
    .addHelpText("after", "\nExample: cooper convert -o web/compose.yaml web")
    .argument("[unit]", "name of the unit's folder (or its unique start), or its path", ".")
    .option("-o, --output <file>", "write it to a file instead of printing it")
    .option("--root <folder>", "a folder that holds units, instead of those of host.yaml (may be repeated)", collect(String), [])
    .action(async (unit, options) =>
      done(await (await import("../verbs/unit/convert.ts")).convert(context, unit, { ...program.opts(), ...options })),
    );
}

function addPlan(program: Command, context: VerbContext, done: Done): void {
  const command = program
    .command("plan")
    .summary("what an instance of a unit needs of the engine; nothing is changed")
    .addHelpText("after", "\nExamples: cooper plan web\n          cooper plan --mode test --as run web")
    .description("Reads the settings and looks at the engine; writes nothing and changes nothing, here or there.")
    .argument("[unit]", "name of the unit's folder (or its unique start), or its path", ".")
    .addOption(new Option("--as <form>", "print the docker command alone").choices(["run"]))
    .option("--json", "print one JSON object");
  addUnitOptions(command).action(async (unit, options) =>
    done(await (await import("../verbs/unit/plan.ts")).plan(context, unit, { ...program.opts(), ...options })),
  );
}
