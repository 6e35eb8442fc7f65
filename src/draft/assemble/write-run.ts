import { fitsShellForm, printExecRun, printHereRun, printRun } from "../../format/dockerfile/run.ts";
import type { DraftOptions } from "../model.ts";
import type { RunAction, RunShell } from "../rewrite/action.ts";
import { shellOfGroup, userOfGroup } from "./group.ts";
import { scriptLines, scriptText, writeScript } from "./script.ts";
import type { Script } from "./script.ts";
import type { RunState } from "./shell-state.ts";

const PATHS: Readonly<Record<RunShell, string>> = { any: "/bin/sh", sh: "/bin/sh", bash: "/bin/bash", zsh: "/bin/zsh" };

/** A RUN as printed, and the SHELL it must run under; null where it names its own. */
export interface WrittenRun {
  readonly text: string;
  readonly shell: readonly string[] | null;
}

export interface RunImage {
  readonly options: DraftOptions;
  readonly shell: readonly string[];
}

/** The RUN of these actions, from a shell in this state, for this builder and the SHELL in force. */
export function writeRun(actions: readonly RunAction[], start: RunState, image: RunImage): WrittenRun {
  const { options, shell: present } = image;
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
  if (lines !== null && fitsShellForm(lines)) return { text: printRun(lines, flags), shell: shellFor(shell, present) };
  return { text: printLong({ script, shell, isExtended, isHere: isBuildkit && options.hereDocuments !== false, flags }), shell: null };
}

function printLong(run: { script: Script; shell: RunShell; isExtended: boolean; isHere: boolean; flags: readonly string[] }): string {
  const text = scriptText(run.script);
  const path = PATHS[run.shell];
  if (run.isHere && !run.isExtended) return printHereRun(path, text, run.flags);
  const argv = run.isExtended ? [path, "-O", "extglob", "-c"] : [path, "-c"];
  return printExecRun(argv, text, run.flags);
}

/** What is portable runs as well under a bash that is set already. */
function shellFor(shell: RunShell, present: readonly string[]): readonly string[] {
  const isKnown = present.length === 2 && present[1] === "-c";
  const name = present[0]?.replace(/^.*\//, "");
  if (isKnown && (name === shell || (shell === "any" && (name === "sh" || name === "bash")))) return present;
  return [PATHS[shell], "-c"];
}

function mountFlags(actions: readonly RunAction[]): string[] {
  const caches = actions.flatMap(({ packages }) => packages.flatMap(({ manager, verb }) => (verb === "install" ? manager.caches : [])));
  const secrets = actions.flatMap((action) =>
    action.secrets.map(({ name, path, uid }) => {
      const target = path === null ? "" : `,target=${path}`;
      const reader = uid === 0 ? "" : `,uid=${uid}`;
      return `--mount=type=secret,id=${name}${target}${reader}`;
    }),
  );
  return [...[...new Set(caches)].map((path) => `--mount=type=cache,target=${path},sharing=locked`), ...new Set(secrets)];
}
