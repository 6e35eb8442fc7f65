import type { Builder } from "../../../engine/image/docker-command.ts";
import { shortId } from "../../../ship/release/change-live.ts";
import { type AllTheWay, build, goAllTheWay, type Went, withLedger, withRelease } from "../../../ship/release/pipeline.ts";
import { EXIT } from "../../../base/exit-code.ts";
import { changeLine } from "../../../terminal/release-view.ts";
import { renderTests, summaryOf } from "../../../terminal/test-view.ts";
import type { VerbContext } from "../../context.ts";
import { releaseWork } from "../../units/release-work.ts";
import { runUnits, type UnitsOptions } from "../../units/run-units.ts";
import { testLibraryArguments } from "../../entry/test-library.ts";

/** Options of the verbs that build. */
export interface BuildOptions extends UnitsOptions {
  readonly builder: Builder;
  readonly cache: boolean;
  readonly pull?: boolean;
  readonly harden?: boolean;
  readonly verbose?: boolean;
  readonly allTheWay?: boolean;
  readonly allowUntested?: boolean;
  readonly timeout: number;
}

/** `cooper build`: the image of a unit, tagged latest; with `-a` tested and promoted as well. */
export async function buildUnits(context: VerbContext, words: readonly string[], options: BuildOptions): Promise<number> {
  if (options.allTheWay === true) return goUnits(context, words, { ...options, purpose: "build", isReplaced: false });
  if (options.verbose === true) context.progress.showOutput();
  const choice = choiceOf(options);
  const one = { words, options: { ...options, mode: "prod" as const } };
  return runUnits(context, one, {
    name: "build",
    schema: "cooper.build/1",
    isOfImages: true,
    act: async (work) => withLedger(await releaseWork(work, options), { purpose: "build" }, (session) => build(session, choice)),
    text: ({ image, reference }) => `${reference} is ${shortId(image)}`,
    json: (built) => built,
  });
}

/** Builds, tests and promotes each unit, and where `isReplaced` puts the new image to work. */
export async function goUnits(
  context: VerbContext,
  words: readonly string[],
  options: BuildOptions & { readonly purpose: "build" | "upgrade"; readonly isReplaced: boolean },
): Promise<number> {
  if (options.verbose === true) context.progress.showOutput();
  const { purpose, isReplaced } = options;
  const way: AllTheWay = {
    choice: choiceOf(options),
    testing: { nodeArguments: await testLibraryArguments(), deadlineMs: options.timeout },
    allowUntested: options.allowUntested === true,
    isReplaced,
  };
  const one = { words, options: { ...options, mode: "prod" as const } };
  return runUnits(context, one, {
    name: purpose,
    schema: `cooper.${purpose}/1`,
    isOfImages: true,
    act: async (work) => withRelease(await releaseWork(work, options), { purpose }, (session) => goAllTheWay(session, way)),
    text: lineOf,
    page: (went) => `${went.tests === null ? "" : renderTests(went.tests, context.style)}${lineOf(went)}\n`,
    json: ({ image, tests, change }) => ({ image, tests, change }),
    exit: ({ change }) => (change === null ? EXIT.no : EXIT.done),
  });
}

function choiceOf({ builder, cache, pull, harden }: BuildOptions): AllTheWay["choice"] {
  return { builder, noCache: !cache, pull: pull === true, harden: harden === true };
}

function lineOf({ image, tests, change, why }: Went): string {
  if (change !== null) return changeLine(change);
  return `${shortId(image)} is not promoted: ${why}${tests === null ? "" : ` (${summaryOf(tests)})`}`;
}
