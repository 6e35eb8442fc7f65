import { dirname, isAbsolute, join } from "node:path";
import { quoteFishWord, quoteWord } from "../../format/shell/quote.ts";
import { asBytesText, editFile } from "../../system/file/edit-file.ts";
import { pathExists, readTextIfThere, removeIfEmpty, removeTree, writeFileAtomically } from "../../system/file/files.ts";
import { makePrivateFolder } from "../../system/store/state-folder.ts";
import { configFolder, userSettingsFile } from "../settings/user-settings.ts";
import { firstSettings } from "./first-settings.ts";
import { withBlock, withoutBlock } from "./rc-block.ts";

export const RC_SHELLS = ["bash", "zsh", "fish"] as const;

export type RcShell = (typeof RC_SHELLS)[number];

export interface Desk {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

export interface Installation extends Desk {
  readonly shell: RcShell;
  /** False: the shell's own start-up file stays as it is. */
  readonly touchesRc: boolean;
  readonly completion: string;
  /** How this program is started, where no `cooper` is found by the shell; else null. */
  readonly own: readonly string[] | null;
}

/** Writes the settings file, the completion of a shell and a block in its start-up file; gives the files that changed. Again it changes nothing. */
export async function install(wanted: Installation): Promise<readonly string[]> {
  const { shell, touchesRc, completion } = wanted;
  const [settings, script] = [userSettingsFile(wanted), completionFile(wanted, shell)];
  await makePrivateFolder(dirname(settings));
  const changed: string[] = [];
  if (!(await pathExists(settings))) {
    await writeFileAtomically(settings, await newSettings(wanted));
    changed.push(settings);
  }
  if ((await readTextIfThere(script)) !== completion) {
    await writeFileAtomically(script, completion);
    changed.push(script);
  }
  const rc = rcFile(wanted, shell);
  if (!touchesRc) return changed;
  if (shell === "fish") await makePrivateFolder(dirname(rc));
  const lines = asBytesText(rcLines(wanted, script));
  return (await editFile(rc, (text) => withBlock(text, lines))) ? [...changed, rc] : changed;
}

/** Takes out what `install` wrote, for every shell; settings that were changed since stay. Gives the files that changed. */
export async function uninstall(desk: Desk): Promise<readonly string[]> {
  const changed: string[] = [];
  for (const shell of RC_SHELLS) {
    const [rc, script] = [rcFile(desk, shell), completionFile(desk, shell)];
    if (await editFile(rc, (text) => (text === null ? null : withoutBlock(text)))) changed.push(rc);
    if (!(await pathExists(script))) continue;
    await removeTree(script);
    changed.push(script);
  }
  const settings = userSettingsFile(desk);
  if ((await readTextIfThere(settings)) === (await newSettings(desk))) {
    await removeTree(settings);
    changed.push(settings);
  }
  await removeIfEmpty(dirname(settings));
  return changed;
}

function completionFile(desk: Desk, shell: RcShell): string {
  return join(dirname(userSettingsFile(desk)), `completion.${shell}`);
}

/** The file that a shell reads when it starts for a person. */
function rcFile({ env, home }: Desk, shell: RcShell): string {
  if (shell === "bash") return join(home, ".bashrc");
  if (shell === "fish") return join(configFolder({ env, home }), "fish", "conf.d", "cooper.fish");
  const folder = env["ZDOTDIR"] ?? "";
  return join(isAbsolute(folder) ? folder : home, ".zshrc");
}

function rcLines({ own, shell }: Installation, script: string): string {
  const word = (text: string): string => (shell === "fish" ? quoteFishWord(text) : quoteWord(text));
  const programs = own === null ? [] : programLines(own.map(word).join(" "), shell);
  const isThere = shell === "fish" ? `test -r ${word(script)}; and` : `[ -r ${word(script)} ] &&`;
  return [...programs, `${isThere} source ${word(script)}`, ""].join("\n");
}

// Not aliases: zsh would complete the words of what they stand for. The keyword keeps an alias of that name out. A session's own dodo starts without node.
function programLines(command: string, shell: RcShell): readonly string[] {
  if (shell === "fish")
    return [
      `function cooper; ${command} $argv; end`,
      `function dodo; if test -x "$COOPER_SESSION/bin/dodo"; $COOPER_SESSION/bin/dodo $argv; else; ${command} dev exec $argv; end; end`,
    ];
  return [
    `function cooper { ${command} "$@"; }`,
    `function dodo { if [ -x "\${COOPER_SESSION:-}/bin/dodo" ]; then "$COOPER_SESSION/bin/dodo" "$@"; else ${command} dev exec "$@"; fi; }`,
  ];
}

async function newSettings(desk: Desk): Promise<string> {
  return firstSettings(await readTextIfThere(join(configFolder(desk), "dockerdo", "dockerdo.yaml")));
}
