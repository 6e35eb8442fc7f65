import type { KeepLevel } from "../../slim/closure/closure.ts";
import type { SensorMode } from "../../trace/sensor-mode.ts";
import type { EngineChoice } from "../context.ts";

/** The options of `cooper slim` that say how the container is run, in the words of `docker run`. */
export interface ContainerOptions {
  readonly env: readonly string[];
  readonly envFile: readonly string[];
  readonly user?: string;
  readonly workdir?: string;
  readonly entrypoint?: string;
  readonly cmd: readonly string[];
  readonly network?: string;
  readonly volume: readonly string[];
  readonly tmpfs: readonly string[];
  readonly publish: readonly string[];
  readonly hostname?: string;
  readonly capAdd: readonly string[];
  readonly capDrop: readonly string[];
  readonly securityOpt: readonly string[];
  readonly readOnly?: boolean;
  readonly init?: boolean;
  readonly tty?: boolean;
}

/** The options of `cooper slim`, as commander gives them. */
export interface SlimOptions extends EngineChoice, ContainerOptions {
  readonly fromContainer?: string;
  readonly exercise: readonly string[];
  readonly exec: readonly string[];
  readonly wait?: string;
  readonly stdin?: string;
  readonly probes: boolean;
  readonly keep: KeepLevel;
  readonly tag: readonly string[];
  readonly output: readonly { readonly format: "docker" | "oci" | "tar" | "dockerfile"; readonly path: string }[];
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly keepShell?: boolean;
  readonly keepTool: readonly string[];
  readonly keepPackage: readonly string[];
  readonly change: readonly string[];
  readonly unset: readonly string[];
  readonly artifacts?: string;
  readonly rmArtifacts?: boolean;
  readonly infoOnly?: boolean;
  readonly seccomp?: string;
  readonly proposeReadOnly?: boolean;
  readonly dropSetuid?: boolean;
  readonly trace: readonly string[];
  readonly saveTrace?: string;
  readonly sensor: "auto" | SensorMode;
  readonly trustImage?: boolean;
  readonly deadline: number;
  readonly repairs: number;
  readonly rules: boolean;
  readonly json?: boolean;
}
