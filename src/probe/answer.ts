import type { ContainerInfo } from "../engine/container/container.ts";
import type { Engine } from "../engine/open-engine.ts";

/** One question of an acceptance and what was found. */
export interface Answer {
  /** "port 80/tcp accepts connections" */
  readonly question: string;
  readonly passed: boolean;
  /** What was found instead; empty when it passed. */
  readonly got: string;
}

/** A running container under trial. */
export interface Trial {
  readonly engine: Engine;
  readonly container: ContainerInfo;
  /** When it was started, by `performance.now()`. */
  readonly startedAt: number;
  readonly signal: AbortSignal;
}

/** The answer as it should be. */
export function yes(question: string): Answer {
  return { question, passed: true, got: "" };
}

/** Another answer. */
export function no(question: string, got: string): Answer {
  return { question, passed: false, got };
}
