import type { Emit } from "../../base/events.ts";
import type { Mount } from "../../format/compose/mount.ts";
import type { Engine } from "../../engine/open-engine.ts";
import type { UnitSettings } from "../settings/layer.ts";
import type { Host, Surroundings } from "../units/load-host.ts";

/** Where a plan is carried out: the engine, this machine, the settings that the plan was made of. */
export interface Place {
  readonly engine: Engine;
  readonly settings: UnitSettings;
  readonly host: Pick<Host, "volumes" | "testVolumes">;
  readonly around: Surroundings;
  /** Asks the person for a secret without showing it; null where nobody can be asked. */
  readonly ask: (question: string) => Promise<string | null>;
  readonly emit: Emit;
}

/** What was made ready for a container. */
export interface Prepared {
  /** Mounts that the container gets besides those of its plan: the secrets. */
  readonly mounts: readonly Mount[];
  /** Takes the secrets away again, where no container was made or it is gone. Folders and files stay. */
  release(): Promise<void>;
}
