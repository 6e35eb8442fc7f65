import { findLeft, type LeftOfUnit, removeLeft } from "../../../ship/look/clean.ts";
import { openLedger } from "../../../ship/release/ledger.ts";
import type { VerbContext } from "../../context.ts";
import { runUnits, type UnitsOptions } from "../../units/run-units.ts";
import type { UnitWork } from "../../units/unit-work.ts";

interface CleanOptions extends UnitsOptions {
  readonly dryRun?: boolean;
}

/** `cooper clean`: what is left of test and dev instances that do not run, and untagged images of the unit, are removed; production is not touched. */
export function clean(context: VerbContext, words: readonly string[], options: CleanOptions): Promise<number> {
  return runUnits<LeftOfUnit>(
    context,
    { words, options },
    {
      name: "clean",
      schema: "cooper.clean/1",
      act: (work) => (options.dryRun === true ? find(work) : work.locked(async () => removeLeft(work.engine, await find(work)))),
      text: (left) => textOf(left, options.dryRun === true ? "would go" : "gone"),
      json: ({ containers, networks, volumes, images }) => ({
        dryRun: options.dryRun === true,
        containers: containers.map(({ name }) => name),
        networks: networks.map(({ name }) => name),
        volumes: volumes.map(({ name }) => name),
        images: images.map(({ id }) => id),
      }),
    },
  );
}

async function find({ engine, execution, settings, context }: UnitWork): Promise<LeftOfUnit> {
  const records = await openLedger(execution.state.ledger(settings.name), context.clock).read();
  return findLeft(engine, settings.name, records);
}

function textOf({ containers, networks, volumes, images }: LeftOfUnit, word: string): string {
  const all = [
    ...containers.map(({ name }) => `container ${name}`),
    ...networks.map(({ name }) => `network ${name}`),
    ...volumes.map(({ name }) => `volume ${name}`),
    ...images.map(({ name }) => `image ${name}`),
  ];
  return all.length === 0 ? "nothing left" : `${word}: ${all.join(", ")}`;
}
