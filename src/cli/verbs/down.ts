import { type TakenDown, takeDown } from "../../ship/execute/take-down.ts";
import type { VerbContext } from "../context.ts";
import { runUnits, type UnitsOptions } from "../run-units.ts";

interface DownOptions extends UnitsOptions {
  readonly volumes?: boolean;
}

/** `cooper down`: each unit's instance is stopped and removed with its own networks; volumes stay. */
export function down(context: VerbContext, words: readonly string[], options: DownOptions): Promise<number> {
  return runUnits<TakenDown>(
    context,
    { words, options },
    {
      name: "down",
      schema: "cooper.down/1",
      isReversed: true,
      act: (work) =>
        work.locked(async (lock) => takeDown(work.execution, { plan: await work.plan(), lock, volumes: options.volumes ?? false })),
      text: ({ container, networks, volumes }) => {
        const gone = [...networks.map((name) => `network ${name}`), ...volumes.map((name) => `volume ${name}`)];
        return [container === null ? "was not up" : `${container} stopped and removed`, ...gone].join(", ");
      },
      json: (value) => value,
    },
  );
}
