import type { Clock } from "../base/clock.ts";
import type { ContainerInfo } from "../engine/container/container.ts";
import type { Engine } from "../engine/open-engine.ts";
import type { Entry, Tree } from "../format/tree/entry.ts";
import type { ChangeSource } from "./change-source.ts";
import { ApiSource } from "./api/api-source.ts";
import { findUpper } from "./upper/find-upper.ts";
import { UpperSource } from "./upper/upper-source.ts";

export interface SourceOptions {
  readonly engine: Engine;
  readonly container: ContainerInfo;
  readonly base: Tree;
  readonly present: ReadonlyMap<string, Entry>;
  readonly clock: Clock;
}

/** The container's own layer where it can be read from here, else the engine's API. */
export async function openSource(options: SourceOptions): Promise<ChangeSource> {
  const { engine, container, base, present, clock } = options;
  const place = await findUpper(engine, container);
  if (place !== null) return new UpperSource({ place, image: base, present, clock });
  return new ApiSource({ engine, container, image: base, present });
}
