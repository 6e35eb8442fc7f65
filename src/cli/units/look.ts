import type { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import { type ContainerSummary, listContainers } from "../../engine/container/container.ts";
import { type Instance, instanceOf, instanceOfContainer, matchInstance } from "../../ship/look/instance.ts";
import { type KnownUnit, loadKnownUnits } from "../../ship/look/known-unit.ts";
import { placeText } from "../../ship/settings/layer.ts";
import type { Mode } from "../../ship/settings/modes.ts";
import { findUnit, listUnits } from "../../ship/units/find-unit.ts";
import { type Host, loadHost } from "../../ship/units/load-host.ts";
import type { EngineChoice, VerbContext } from "../context.ts";
import { type NamedEngine, openEngines } from "../open-engines.ts";
import { surroundings } from "../words/unit-options.ts";

/** What the words of a looking verb chose. */
export interface LookOptions extends EngineChoice {
  readonly root: readonly string[];
  readonly mode: Mode;
  readonly all?: boolean;
  readonly json?: boolean;
}

/** An engine and the containers that it has. */
export interface LookedEngine extends NamedEngine {
  readonly containers: readonly ContainerSummary[];
}

/** All that a looking verb sees: the engines with their containers, and the units of this machine. */
export interface Look {
  readonly engines: readonly LookedEngine[];
  readonly units: readonly KnownUnit[];
  readonly host: Host;
  /** Engines that did not answer; said already. */
  readonly failed: readonly CooperError[];
}

/** Opens the engines and reads the units. */
export async function openLook(context: VerbContext, words: readonly string[], options: LookOptions): Promise<Look> {
  const around = surroundings(context);
  const host = await loadHost(around, { root: options.root });
  const places = { cwd: context.cwd, roots: host.roots };
  const byPath = await Promise.all(words.filter(isPath).map((word) => findUnit(word, places)));
  const listed = (await listUnits(places)).filter(({ name }) => !byPath.some((one) => one.name === name));
  const units = await loadKnownUnits([...byPath, ...listed], host, { around, mode: options.mode });
  const { engines, failed } = await openEngines(context, options);
  const looked = await Promise.all(engines.map(async (one) => ({ ...one, containers: await listContainers(one.engine, { all: true }) })));
  return { engines: looked, units, host, failed };
}

function isPath(word: string): boolean {
  return word.trim() === "." || word.includes("/");
}

/** The instances that words mean, each once; throws `unit-unknown`, `unit-ambiguous`. */
export async function instancesOf(context: VerbContext, look: Look, words: readonly string[]): Promise<readonly Instance[]> {
  const containers = look.engines.flatMap((one) => one.containers);
  const found = await Promise.all(
    words.map(async (word) => {
      if (!isPath(word)) return matchInstance(word, look.units, containers);
      const { path } = await findUnit(word, { cwd: context.cwd, roots: look.host.roots });
      const known = look.units.find(({ unit }) => unit.path === path);
      return known === undefined ? matchInstance(word, look.units, containers) : instanceOf(known);
    }),
  );
  for (const { known } of found) {
    if (known === null || known.problem === null) continue;
    const { code, message, where } = known.problem;
    context.progress.emit({ kind: "finding", finding: { code, message: `${placeText(where ?? { file: known.unit.path })}: ${message}` } });
  }
  return [...new Map(found.map((one) => [one.name, one])).values()];
}

/** Every instance that there is: of all units, and of the containers that are no unit's. */
export function allInstances({ engines, units }: Look): readonly Instance[] {
  const all = [
    ...units.map(instanceOf),
    ...engines.flatMap(({ containers }) =>
      containers.filter(({ labels }) => labels["cooper.owner"] === undefined).map((one) => instanceOfContainer(one, units)),
    ),
  ];
  const rank = ({ unit }: Instance): string => (unit === null ? "1" : "0");
  const key = (one: Instance): string => `${rank(one)} ${one.unit ?? ""} ${one.name}`;
  return [...new Map(all.map((one) => [one.name, one])).values()].toSorted((left, right) => (key(left) < key(right) ? -1 : 1));
}

/** The exit code of a verb that found what it was asked for, where an engine did not answer. */
export function exitOfLook({ failed }: Look, exit: number): number {
  return failed.length > 0 ? EXIT.engine : exit;
}
