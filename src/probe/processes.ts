import { topContainer } from "../engine/container/container.ts";
import type { Engine } from "../engine/open-engine.ts";

/** The command lines of the processes that run in a container. */
export async function commandLines(engine: Engine, id: string): Promise<readonly string[]> {
  const { rows } = await topContainer(engine, id, "-eo pid,args");
  return rows.map((row) => row.at(-1) ?? "");
}
