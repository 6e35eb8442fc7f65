import type { Answer } from "../exercise/plan.ts";

/** How the answers of a slim image differ from the original's. */
export interface AnswerDifference {
  readonly why: string;
  /** False: the status is the same, only the content is another. */
  readonly isFailure: boolean;
}

/** The first answer of the original that the slim image does not give as well; another status goes before another content. */
export function compareAnswers(wanted: readonly Answer[], got: readonly Answer[]): AnswerDifference | null {
  const byQuestion = new Map(got.map((answer) => [answer.question, answer]));
  const other = wanted.find(({ question, answer }) => byQuestion.get(question)?.answer !== answer);
  if (other !== undefined) {
    const now = byQuestion.get(other.question)?.answer;
    return { why: `to "${other.question}" the original answers ${other.answer}, the slim image ${now ?? "nothing"}`, isFailure: true };
  }
  const changed = wanted.find(({ question, body }) => body !== null && byQuestion.get(question)?.body !== body);
  return changed === undefined ? null : { why: `to "${changed.question}" the slim image answers something else`, isFailure: false };
}
