import type { PathChange } from "../../../format/tree/entry.ts";
import { byEnd } from "../../timeline/read-timeline.ts";
import { isSameEntry } from "../../timeline/same-entry.ts";
import type { TimedStep, Timeline } from "../../model.ts";
import type { StepWords } from "../words/step-words.ts";
import { readWords } from "../words/step-words.ts";

/** A Step while it is being judged. */
export interface Work {
  /** Its place in the order in which Effects were seen. */
  readonly rank: number;
  readonly timed: TimedStep;
  /** Its own changes: without those that changed nothing, with those that its background job made later. */
  readonly changes: readonly PathChange[];
  readonly hasPackages: boolean;
  /** Read when asked for: most Steps change nothing, and nobody asks. */
  readonly words: StepWords;
}

/** The Steps in the order in which their Effects were seen. */
export function prepareWorks(timeline: Timeline, isLeftOut: (path: string) => boolean): Work[] {
  return timeline.steps.toSorted(byEnd).map((timed, rank) => {
    let words: StepWords | null = null;
    return {
      rank,
      timed,
      changes: timed.step.effect.changes.filter((change) => isChange(change) && !isLeftOut(change.path)),
      hasPackages: timed.step.effect.packages.length > 0,
      get words(): StepWords {
        return (words ??= readWords(timed));
      },
    };
  });
}

/** The same Step with other changes. */
export function withChanges(work: Work, changes: readonly PathChange[]): Work {
  const { rank, timed, hasPackages } = work;
  return {
    rank,
    timed,
    changes,
    hasPackages,
    get words(): StepWords {
      return work.words;
    },
  };
}

/** A rewritten file with the same content is no change; a socket lives as long as its server. */
function isChange(change: PathChange): boolean {
  return !isSameEntry(change.before, change.after) && change.after?.type !== "socket" && (change.after ?? change.before)?.type !== "socket";
}
