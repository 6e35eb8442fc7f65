import { CooperError } from "../../../base/errors.ts";
import { EXIT } from "../../../base/exit-code.ts";
import { isSecretName } from "../../../format/secret/secret-name.ts";
import { refuseSecret } from "../../../remote/exec/secret-words.ts";
import { quoteWord } from "../../../format/shell/quote.ts";
import { askSession } from "../../../remote/client/ask-session.ts";
import { readMemory, type ToldMemory } from "../../../remote/client/session-memory.ts";
import { folderBelow } from "../../../remote/serve/folder-below.ts";
import { mountFolder } from "../../../remote/serve/session-mount.ts";
import type { Session } from "../../../remote/session/session-record.ts";
import { lastArguments } from "../../../system/process/own-words.ts";
import { escapeText } from "../../../terminal/escape-text.ts";
import type { VerbContext } from "../../context.ts";
import { readEnvFile, resolveSettings } from "../../words/env-file.ts";
import { toJson } from "../../json.ts";
import { chosenSession, type SessionChoice } from "./session.ts";

async function memoryOf({ env, own }: VerbContext, session: Session): Promise<ToldMemory> {
  return readMemory(await askSession({ session, env, own }, { ask: "memory" }));
}

/** `cooper dev env`: what commands of the session find in their environment beside the container's own. */
export async function devEnv(context: VerbContext, options: SessionChoice & { readonly json?: boolean }): Promise<number> {
  const { set, unset } = await memoryOf(context, await chosenSession(context, options));
  const shown = set.map(([name, value]) => [name, isSecretName(name) ? "***" : value.toString()] as const);
  if (options.json === true) await context.print(toJson("cooper.dev-env/1", { set: Object.fromEntries(shown), unset }));
  else {
    const lines = [...shown.map(([name, value]) => `export ${name}=${quoteWord(value)}`), ...unset.map((name) => `unset ${name}`)];
    await context.print(lines.map((line) => `${escapeText(line)}\n`).join(""));
  }
  return 0;
}

/** `cooper dev pwd`: the container's folder that a command would run in. */
export async function devPwd(context: VerbContext, options: SessionChoice): Promise<number> {
  const session = await chosenSession(context, options);
  const below = folderBelow(mountFolder(session), Buffer.from(context.cwd));
  const folder = below ?? (await memoryOf(context, session)).cwd;
  await context.print(`${folder === null ? "(where the container's own commands start)" : escapeText(folder.toString())}\n`);
  return 0;
}

interface ExportOptions extends SessionChoice {
  readonly envFile: readonly string[];
  readonly unset: readonly string[];
}

/** `cooper dev export`: variables of the session's commands from now on. A secret is taken from a file or from here, never from the command line. */
export async function devExport(context: VerbContext, words: readonly string[], options: ExportOptions): Promise<number> {
  const { env, own } = context;
  const given = lastArguments(words.length);
  for (const setting of given) refuse(setting, env);
  const fromFiles = await Promise.all(options.envFile.map(readEnvFile));
  const settings = resolveSettings([...fromFiles.flat(), ...given], env).map(pairOf);
  const set: [string, string][] = settings.filter(([, value]) => value.length > 0).map(([name, value]) => [name, value.toString("base64")]);
  const unset = [...options.unset, ...settings.filter(([, value]) => value.length === 0).map(([name]) => name)];
  const session = await chosenSession(context, options);
  await askSession({ session, env, own }, { ask: "set", set, unset });
  return 0;
}

function pairOf(setting: Buffer): readonly [string, Buffer] {
  const at = setting.indexOf("=");
  return [setting.toString("utf8", 0, at), setting.subarray(at + 1)];
}

function refuse(setting: Buffer, env: VerbContext["env"]): void {
  const at = setting.indexOf("=");
  const name = setting.toString("utf8", 0, at === -1 ? setting.length : at);
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    throw new CooperError("variable-malformed", `${JSON.stringify(name)} is no name of a variable`, {
      hint: "cooper dev export NAME=VALUE",
    });
  }
  if (at === -1 && env[name] === undefined) {
    throw new CooperError("variable-unset", `there is no ${name} in your environment to take over`, {
      hint: `Export it here first, or give a file: cooper dev export --env-file FILE; --unset ${name} removes it from the session`,
      exit: EXIT.usage,
    });
  }
  refuseSecret(setting.toString());
}
