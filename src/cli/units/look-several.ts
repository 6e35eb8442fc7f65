import { CooperError, isCooperError, messageOf } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import type { ContainerSummary } from "../../engine/container/container.ts";
import type { Instance } from "../../ship/look/instance.ts";
import { needContainer, needRunning } from "../../ship/look/not-up.ts";
import type { VerbContext } from "../context.ts";
import { allInstances, exitOfLook, instancesOf, type Look, type LookedEngine, type LookOptions, openLook } from "./look.ts";

/** One container that a verb is done to. */
export interface Looked {
  readonly engine: LookedEngine;
  readonly instance: Instance;
  readonly container: ContainerSummary;
}

export interface Chosen {
  readonly look: Look;
  readonly chosen: readonly Looked[];
  /** Some of what was named is not there; said already. */
  readonly isShort: boolean;
  /** One name on one engine was asked for: its answer needs no name before it. */
  readonly isOne: boolean;
}

/** The containers that words mean: those named (the unit of this folder where nothing is said), or with `--all` every one that runs. What is missing is thrown where it was the only one, else said. */
export async function chooseContainers(
  context: VerbContext,
  words: readonly string[],
  options: LookOptions & { readonly needs: "container" | "running" },
): Promise<Chosen> {
  if (words.length > 0 && options.all === true) {
    throw new CooperError("units-and-all", "Units were named, and --all was said too.", { hint: "Name the units, or say --all." });
  }
  const names = words.length === 0 && options.all !== true ? ["."] : words;
  const look = await openLook(context, names, options);
  const instances = options.all === true ? allInstances(look) : await instancesOf(context, look, names);
  const found = look.engines.flatMap((engine) => instances.map((instance) => find(engine, instance, options)));
  const chosen = found.filter((one): one is Looked => !isCooperError(one));
  const missing = options.all === true ? [] : found.filter(isCooperError);
  const [first] = missing;
  if (first !== undefined && chosen.length === 0) throw first;
  for (const { code, message } of missing) context.progress.emit({ kind: "finding", finding: { code, message } });
  return { look, chosen, isShort: missing.length > 0, isOne: found.length === 1 && options.all !== true };
}

function find(
  engine: LookedEngine,
  instance: Instance,
  { needs, all }: LookOptions & { readonly needs: "container" | "running" },
): Looked | CooperError {
  try {
    const need = needs === "running" || all === true ? needRunning : needContainer;
    return { engine, instance, container: need(instance, engine.containers) };
  } catch (error) {
    if (isCooperError(error)) return error;
    throw error;
  }
}

/** The name of a container among several: with its context where there is more than one engine. */
export function nameOf({ engine, container }: Looked): string {
  return engine.name === "" ? container.name : `${engine.name}/${container.name}`;
}

/** Does something to every one of them; what fails is said, and the others go on. */
export async function forEach<T>(
  context: VerbContext,
  { chosen }: Chosen,
  act: (one: Looked) => Promise<T>,
): Promise<{ readonly done: readonly (readonly [Looked, T])[]; readonly hasFailed: boolean }> {
  const results = await Promise.allSettled(chosen.map(act));
  const done = results.flatMap((result, index): readonly (readonly [Looked, T])[] => {
    const one = chosen[index];
    return result.status === "fulfilled" && one !== undefined ? [[one, result.value]] : [];
  });
  const failures = results.flatMap((result): readonly unknown[] => (result.status === "rejected" ? [result.reason] : []));
  if (failures.length > 0 && chosen.length === 1) throw failures[0];
  for (const failure of failures) {
    if (!isCooperError(failure)) throw failure;
    context.progress.emit({ kind: "finding", finding: { code: failure.code, message: messageOf(failure) } });
  }
  return { done, hasFailed: failures.length > 0 };
}

/** 3 where an engine did not answer, 1 where something is missing or has failed. */
export function exitOfChosen({ look, isShort }: Chosen, hasFailed: boolean): number {
  return exitOfLook(look, isShort || hasFailed ? EXIT.no : EXIT.done);
}
