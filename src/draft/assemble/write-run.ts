import { fitsShellForm, printExecRun, printHereRun, printRun } from "../../format/dockerfile/run.ts";
import { jsonWords } from "../../format/dockerfile/words.ts";
import type { DraftOptions } from "../model.ts";
import { needsIndex } from "../rewrite/package-use.ts";
import type { RunAction, RunShell } from "../rewrite/action.ts";
import { shellOfGroup, userOfGroup } from "./group.ts";
import { scriptLines, scriptText, writeScript } from "./script.ts";
import type { RunState } from "./shell-state.ts";

const PATHS: Readonly<Record<RunShell, string>> = { any: "/bin/sh", sh: "/bin/sh", bash: "/bin/bash", zsh: "/bin/zsh" };

/** A RUN as printed, and the SHELL it must run under; null where it names its own. */
export interface WrittenRun {
  readonly text: string;
  readonly shell: readonly string[] | null;
  /** A text that is too long for an argument: the RUN finds it in this file. */
  readonly file: { readonly path: string; readonly text: string } | null;
}

export interface RunImage {
  readonly options: DraftOptions;
  readonly shell: readonly string[];
  /** Where a long text may lie in the image while it runs. */
  readonly place: string;
}

/** The RUN of these actions, from a shell in this state, for this builder and the SHELL in force. */
export function writeRun(actions: readonly RunAction[], start: RunState, image: RunImage): WrittenRun {
  const { options, shell: present, place } = image;
  const isBuildkit = options.builder === "buildkit";
  const shell = shellOfGroup(actions);
  const isExtended = actions.some(({ needs }) => needs.options["shopt:extglob"] === true);
  const script = writeScript(actions, start, {
    keepsCaches: isBuildkit,
    user: userOfGroup(actions),
    shell,
    startedWith: isExtended ? { "shopt:extglob": true } : {},
  });
  const flags = isBuildkit ? mountFlags(actions) : [];
  const lines = isExtended ? null : scriptLines(script);
  if (lines !== null && fitsShellForm(lines)) return { text: printRun(lines, flags), shell: shellFor(shell, present), file: null };
  const isHere = isBuildkit && options.hereDocuments !== false && !isExtended;
  const text = scriptText(script);
  const argv = [PATHS[shell], ...(isExtended ? ["-O", "extglob"] : [])];
  if (isHere) return { text: printHereRun(PATHS[shell], text, flags), shell: null, file: null };
  if (new TextEncoder().encode(text).length < LONGEST_ARGUMENT)
    return { text: printExecRun([...argv, "-c"], text, flags), shell: null, file: null };
  return { text: ["RUN", ...flags, jsonWords([...argv, place])].join(" "), shell: null, file: { path: place, text: `${text}\n` } };
}

/** Linux takes 128 KiB for one argument. */
const LONGEST_ARGUMENT = 120_000;

/** What is portable runs as well under a bash that is set already. */
function shellFor(shell: RunShell, present: readonly string[]): readonly string[] {
  const isKnown = present.length === 2 && present[1] === "-c";
  const name = present[0]?.replace(/^.*\//, "");
  if (isKnown && (name === shell || (shell === "any" && (name === "sh" || name === "bash")))) return present;
  return [PATHS[shell], "-c"];
}

function mountFlags(actions: readonly RunAction[]): string[] {
  const caches = actions.flatMap(({ packages }) => packages.flatMap((use) => (needsIndex(use) ? use.manager.caches : [])));
  const secrets = actions.flatMap((action) =>
    action.secrets.map(({ name, path, uid }) => {
      const target = path === null ? "" : `,target=${path}`;
      const reader = uid === 0 ? "" : `,uid=${uid}`;
      return `--mount=type=secret,id=${name}${target}${reader}`;
    }),
  );
  return [...[...new Set(caches)].map((path) => `--mount=type=cache,target=${path},sharing=locked`), ...new Set(secrets)];
}
