import type { ContextFile, DraftInput, Instruction, Service, Timeline } from "../model.ts";
import { emptyContext } from "./copy.ts";
import type { ContextPlan } from "./copy.ts";
import { baseEnvironment, lastingVariables } from "./environment.ts";

/** One stage of a Dockerfile while it is being written: its instructions so far, and what is in force after them. */
export interface Desk {
  readonly input: DraftInput;
  readonly timeline: Timeline;
  readonly service: Service;
  readonly instructions: Instruction[];
  /** All stages share it. */
  readonly context: ContextPlan;
  readonly environment: Map<string, string>;
  /** Lasting variables that no ENV has set yet. */
  readonly lasting: Map<string, string>;
  user: string;
  workdir: string;
  shell: readonly string[];
}

/** A stage that starts from the base image. */
export function openDesk(input: DraftInput, timeline: Timeline, service: Service): Desk {
  const { imageConfig } = input.history.container;
  return {
    input,
    timeline,
    service,
    instructions: [],
    context: emptyContext(),
    environment: baseEnvironment(input),
    lasting: lastingVariables(input, timeline, service),
    user: imageUser(input),
    workdir: imageConfig.workdir === "" ? "/" : imageConfig.workdir,
    shell: imageConfig.shell ?? ["/bin/sh", "-c"],
  };
}

/** A stage that starts from another one. */
export function openDeskOn(desk: Desk): Desk {
  return { ...desk, instructions: [], environment: new Map(desk.environment), lasting: new Map(desk.lasting) };
}

/** The files of the context, sorted. */
export function contextOf(desk: Desk): ContextFile[] {
  return [...desk.context.files.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** The user that the base image runs as, in USER's words. */
export function imageUser(input: DraftInput): string {
  const { user } = input.history.container.imageConfig;
  return user === "" || user === "0" ? "root" : user;
}
