import { expect, test } from "vitest";
import { compareAnswers } from "./compare-answers.ts";

const page = (question: string, answer: string, body: string | null = null): { question: string; answer: string; body: string | null } => ({
  question,
  answer,
  body,
});

test.each([
  ["the same", [page("a", "200", "x")], [page("a", "200", "x")], null],
  ["more than the original", [page("a", "200")], [page("a", "200"), page("b", "404")], null],
  ["another status", [page("a", "200", "x"), page("b", "200")], [page("a", "200", "y"), page("b", "500")], true],
  ["an answer less", [page("a", "200")], [], true],
  ["another content", [page("a", "200", "x")], [page("a", "200", "y")], false],
  ["a content that changes by itself", [page("a", "200", null)], [page("a", "200", "y")], null],
])("compareAnswers: %s", (_name, wanted, got, isFailure) => {
  expect(compareAnswers(wanted, got)?.isFailure ?? null).toBe(isFailure);
});
