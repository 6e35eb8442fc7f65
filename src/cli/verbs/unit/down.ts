import { isCooperError } from "../../../base/errors.ts";
import { EXIT } from "../../../base/exit-code.ts";
import { type InstanceNames, type TakenDown, takeDown } from "../../../ship/execute/take-down.ts";
import { instanceName } from "../../../ship/plan/make-plan.ts";
import { namespaceOf } from "../../../ship/settings/modes.ts";
import type { VerbContext } from "../../context.ts";
import { runUnits, type UnitsOptions } from "../../units/run-units.ts";
import type { UnitWork } from "../../units/unit-work.ts";

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
        work.locked(async (lock) => takeDown(work.execution, { plan: await namesOf(work), lock, volumes: options.volumes ?? false })),
      text: ({ container, networks, volumes }) => {
        const gone = [...networks.map((name) => `network ${name}`), ...volumes.map((name) => `volume ${name}`)];
        return [container === null ? "was not up" : `${container} stopped and removed`, ...gone].join(", ");
      },
      json: (value) => value,
    },
  );
}

/** What cannot be planned any more (a secret is not set, a name server does not answer) can be taken down all the same. */
async function namesOf(work: UnitWork): Promise<InstanceNames> {
  try {
    return await work.plan();
  } catch (error) {
    if (!isCooperError(error) || error.exit === EXIT.engine) throw error;
    const { settings } = work;
    const namespace = namespaceOf(settings.name, settings.mode);
    const networks = [namespace, ...Object.keys(settings.service.networks ?? {}).map((key) => `${namespace}_${key}`)];
    return {
      unit: settings.name,
      mode: settings.mode,
      container: {
        name: instanceName(settings),
        networks: networks.map((name) => ({ name, address: null, aliases: [] })),
        mounts: [],
      },
    };
  }
}
