import type { Mount } from "../../format/compose/mount.ts";
import type { Port } from "../../format/compose/port.ts";
import type { MountPolicy } from "../settings/schema/cooper-schema.ts";
import type { Mode } from "../settings/modes.ts";
import type { Service } from "../settings/schema/service-schema.ts";

/** What the plan has to know besides the settings; all of it was read, nothing was changed. */
export interface PlanFacts {
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder for what tests write, outside of production's folders; null where the machine has none. */
  readonly testVolumes: string | null;
  readonly volumes: string | null;
  /** Ids of images that the engine has, by reference. */
  readonly images: Readonly<Record<string, string>>;
  /** What a release says that an instance runs, and whether the engine has it; null where no release says it. */
  readonly released: { readonly reference: string; readonly id: string | null } | null;
  /** Networks that the engine has. */
  readonly networks: readonly string[];
  /** Names of containers that the engine has. */
  readonly containers: readonly string[];
  /** Variables of the unit's env_file, already read, in order. */
  readonly envFiles: readonly (readonly [string, Readonly<Record<string, string>>])[];
  /** Address of the name that `address.lookup` names; null where there is none. */
  readonly address: string | null;
}

/** Something that must be done before the container is made. */
export type PlanStep =
  | { readonly act: "make-network"; readonly name: string; readonly internal: boolean; readonly subnet: string | null }
  | { readonly act: "make-volume"; readonly name: string }
  | {
      readonly act: "make-folder";
      readonly path: string;
      readonly owner: string | null;
      readonly group: string | null;
      readonly mode: string | null;
    }
  | {
      readonly act: "fill-folder";
      readonly policy: Extract<MountPolicy, "empty" | "tree" | "copy">;
      readonly from: string;
      readonly to: string;
      readonly maxSize: number | null;
    }
  | {
      readonly act: "provision";
      readonly path: string;
      readonly kind: "file" | "folder";
      readonly owner: string | null;
      readonly group: string | null;
      readonly mode: string | null;
      readonly content: "text" | "file" | "command" | null;
    }
  | {
      readonly act: "give-secret";
      readonly name: string;
      readonly from: "file" | "environment" | "command" | "prompt";
      readonly target: string;
    };

/** The container that will be made: a service without what is only true for another mode. */
export interface PlannedContainer extends Omit<
  Service,
  "environment" | "env_file" | "volumes" | "ports" | "networks" | "network_mode" | "build" | "container_name" | "secrets"
> {
  readonly name: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
  readonly ports: readonly Port[];
  /** Name of the network or mode, and its options; the first is the one it starts in. */
  readonly networks: readonly { readonly name: string; readonly address: string | null; readonly aliases: readonly string[] }[];
}

/** How a running instance makes room for the new one, and when the new one counts as good. */
export interface Replacement {
  /** "start-first": the old one serves until the new one is accepted. */
  readonly strategy: "start-first" | "stop-first";
  /** Why the old one is stopped first; null for start-first. */
  readonly because: string | null;
  /** How long the new one may take to be good; null derives it from its health check. */
  readonly deadlineMs: number | null;
  /** How long an instance without health check and port has to run to be good. */
  readonly stayUpMs: number;
}

/** What will be asked of the engine, as a plain value. */
export interface Plan {
  readonly unit: string;
  readonly mode: Mode;
  readonly image: { readonly reference: string; readonly id: string | null };
  readonly after: readonly string[];
  /** A container of the same name is there; it would have to make room. */
  readonly replaces: boolean;
  readonly isAttached: boolean;
  readonly steps: readonly PlanStep[];
  readonly container: PlannedContainer;
  readonly replacement: Replacement;
}
