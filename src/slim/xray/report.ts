import type { Finding } from "../../base/finding.ts";
import type { Dangers } from "./dangers.ts";
import type { FoundLanguage } from "./languages.ts";
import type { LintResult } from "./lint/lint.ts";
import type { BaseImage } from "./origin/find-base.ts";
import type { Instruction } from "./origin/instruction.ts";
import type { ManagerSummary } from "./packages/find-packages.ts";
import type { InstalledPackage } from "./packages/package.ts";
import type { System } from "./sbom/package-url.ts";
import type { FoundTool } from "./tools.ts";
import type { Weights } from "./weights.ts";

/** One layer: what made it, what it weighs, and how much of that a later layer hides. */
export interface LayerReport {
  readonly number: number;
  /** "sha256:…" of its uncompressed archive. */
  readonly digest: string;
  readonly instruction: string;
  readonly isBase: boolean;
  readonly bytes: number;
  readonly files: number;
  readonly wastedBytes: number;
}

/** Everything that an xray tells of an image; what is a secret is masked or left out. */
export interface XrayReport {
  readonly image: {
    readonly name: string;
    readonly id: string;
    readonly tags: readonly string[];
    readonly architecture: string;
    readonly os: string;
    readonly created: string;
    readonly entrypoint: readonly string[] | null;
    readonly cmd: readonly string[] | null;
    readonly user: string;
    readonly workdir: string;
    readonly exposed: readonly string[];
    readonly volumes: readonly string[];
    readonly env: readonly string[];
    readonly labels: Readonly<Record<string, string>>;
  };
  /** Bytes of all layers. */
  readonly bytes: number;
  /** Bytes of the files that a container sees. */
  readonly visibleBytes: number;
  readonly layers: readonly LayerReport[];
  readonly weights: Weights;
  readonly base: BaseImage;
  /** By the image's os-release ("debian", "12"); "linux" where there is none. */
  readonly system: System;
  readonly managers: readonly ManagerSummary[];
  readonly packages: readonly InstalledPackage[];
  readonly languages: readonly FoundLanguage[];
  readonly dangers: Dangers;
  readonly tools: readonly FoundTool[];
  readonly instructions: readonly Instruction[];
  readonly dockerfile: string;
  readonly lint: readonly LintResult[];
  readonly findings: readonly Finding[];
  /** False when a layer could not be read to its end. */
  readonly isComplete: boolean;
}
