import { isCooperError } from "../../base/errors.ts";
import { listContainers } from "../../engine/container/container.ts";
import { matchName } from "../../engine/container/match-name.ts";
import type { Engine } from "../../engine/open-engine.ts";

/** Of containers as a person names them those that an engine has, by their ids. */
export async function namesHere(engine: Engine, names: readonly string[]): Promise<readonly string[]> {
  if (names.length === 0) return [];
  const there = await listContainers(engine, { all: true });
  return names.flatMap((name) => {
    try {
      return [matchName(name, there).id];
    } catch (error) {
      if (isCooperError(error) && error.code === "container-unknown") return [];
      throw error;
    }
  });
}
