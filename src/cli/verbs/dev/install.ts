import { basename, delimiter, join } from "node:path";
import { CooperError } from "../../../base/errors.ts";
import { EXIT } from "../../../base/exit-code.ts";
import { install, RC_SHELLS, type RcShell, uninstall } from "../../../remote/install/install.ts";
import { excludeAliases, sshConfigFile } from "../../../remote/ssh-server/ssh-alias.ts";
import { fileKind } from "../../../system/file/files.ts";
import { escapeText } from "../../../terminal/escape-text.ts";
import { completionScript } from "../../completion/scripts.ts";
import type { VerbContext } from "../../context.ts";

interface InstallOptions {
  readonly shell?: RcShell;
  readonly rc: boolean;
}

/** `cooper dev install`: the settings file, and completion in the shell's start-up file. */
export async function devInstall(context: VerbContext, options: InstallOptions): Promise<number> {
  const { env, home, own } = context;
  const shell = options.shell ?? ownShell(env);
  const isFound = await isProgram(env, "cooper");
  const wanted = { env, home, shell, touchesRc: options.rc, completion: completionScript(shell), own: isFound ? null : own };
  await say(context, await install(wanted), { done: "wrote", nothing: "all of it is there already" });
  return EXIT.done;
}

/** `cooper dev uninstall`: takes out what install wrote. */
export async function devUninstall(context: VerbContext): Promise<number> {
  const changed = await uninstall(context);
  const all = (await excludeAliases(context)) ? [...changed, sshConfigFile(context)] : changed;
  await say(context, all, { done: "restored or removed", nothing: "nothing of it is there" });
  return EXIT.done;
}

async function say(
  { print }: VerbContext,
  files: readonly string[],
  words: { readonly done: string; readonly nothing: string },
): Promise<void> {
  await print(files.length === 0 ? `${words.nothing}\n` : files.map((file) => `${words.done} ${escapeText(file)}\n`).join(""));
}

function ownShell(env: VerbContext["env"]): RcShell {
  const name = basename(env["SHELL"] ?? "");
  const shell = RC_SHELLS.find((one) => one === name);
  if (shell !== undefined) return shell;
  throw new CooperError(
    "shell-not-known",
    `${name === "" ? "your login shell is not told" : `${name} is no shell`} that cooper completes words for`,
    {
      hint: `Name one: cooper dev install --shell ${RC_SHELLS.join("|")}`,
      exit: EXIT.usage,
    },
  );
}

async function isProgram(env: VerbContext["env"], name: string): Promise<boolean> {
  const folders = (env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  const kinds = await Promise.all(folders.map((folder) => fileKind(join(folder, name)).catch(() => null)));
  return kinds.includes("program");
}
