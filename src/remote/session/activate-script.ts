import { join } from "node:path";
import { quoteFishWord, quoteWord } from "../../format/shell/quote.ts";
import { writeFileAtomically } from "../../system/file/files.ts";
import { makePrivateFolder } from "../../system/store/state-folder.ts";
import { SESSION_VARIABLE } from "./find-session.ts";
import type { Session } from "./session-record.ts";

export type ScriptShell = "sh" | "fish";

/** How this program is started anew: the words before its own. */
export type OwnCommand = readonly string[];

/** On files of a container git must not ask who owns them, nor take the numbers of a mount for changes, nor start what a repository there names to watch its files. */
const GIT: readonly (readonly [string, string])[] = [
  ["safe.directory", "*"],
  ["core.checkStat", "minimal"],
  ["core.trustctime", "false"],
  ["core.fsmonitor", ""],
];

export interface Activation {
  readonly own: OwnCommand;
  /** Path of the program for this machine that asks the session's process without node; null where it was not built. */
  readonly client: string | null;
  readonly shell: ScriptShell;
}

/** Writes the scripts that a shell sources to use the session, and its `dodo`; gives the path of the one for `shell`. */
export async function writeActivation(session: Session, { own, client, shell }: Activation): Promise<string> {
  const bin = join(session.folder, "bin");
  await makePrivateFolder(bin);
  const whole = [...own, "dev", "exec"];
  const { socket, settings } = session.record;
  const words = client === null ? whole : [client, socket, session.folder, `${whole.length}:${settings.deadlineMs}`, ...whole];
  const setting = `${SESSION_VARIABLE}=\${${SESSION_VARIABLE}:-${quoteWord(session.folder)}}`;
  const dodo = `#!/bin/sh\n${setting} exec ${words.map(quoteWord).join(" ")} "$@"\n`;
  await writeFileAtomically(join(bin, "dodo"), dodo, 0o755);
  const scripts = { sh: join(session.folder, "activate"), fish: join(session.folder, "activate.fish") };
  await writeFileAtomically(scripts.sh, shScript(session, bin), 0o644);
  await writeFileAtomically(scripts.fish, fishScript(session, bin), 0o644);
  return scripts[shell];
}

/** The shell that will source the script, by the user's login shell. */
export function scriptShell(env: Readonly<Record<string, string | undefined>>): ScriptShell {
  return (env["SHELL"] ?? "").endsWith("/fish") ? "fish" : "sh";
}

function variablesOf({ folder, record }: Session): readonly (readonly [string, string])[] {
  const git = GIT.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key] as const,
    [`GIT_CONFIG_VALUE_${index}`, value] as const,
  ]);
  return [[SESSION_VARIABLE, folder], ["COOPER_SESSION_NAME", record.name], ["GIT_CONFIG_COUNT", String(GIT.length)], ...git];
}

function shScript(session: Session, bin: string): string {
  const variables = variablesOf(session);
  const unset = variables.map(([name]) => name).join(" ");
  return `# Source this file: it makes the session ${session.record.name} that of this shell.
if command -v cooper_deactivate >/dev/null 2>&1; then cooper_deactivate; fi
${variables.map(([name, value]) => `export ${name}=${quoteWord(value)}`).join("\n")}
COOPER_OLD_PATH=$PATH
COOPER_OLD_DODO=$(alias dodo 2>/dev/null) || COOPER_OLD_DODO=
unalias dodo 2>/dev/null || true
export PATH=${quoteWord(bin)}:"$PATH"
cooper_deactivate() {
  PATH=$COOPER_OLD_PATH
  if [ -n "$COOPER_OLD_DODO" ]; then eval "alias \${COOPER_OLD_DODO#alias }"; fi
  unset COOPER_OLD_PATH COOPER_OLD_DODO ${unset}
  unset -f cooper_deactivate
}
hash -r 2>/dev/null || true
`;
}

function fishScript(session: Session, bin: string): string {
  const variables = variablesOf(session);
  return `# Source this file: it makes the session ${session.record.name} that of this shell.
if functions -q cooper_deactivate; cooper_deactivate; end
${variables.map(([name, value]) => `set -gx ${name} ${quoteFishWord(value)}`).join("\n")}
set -g COOPER_OLD_PATH $PATH
functions -q dodo; and functions -c dodo cooper_old_dodo; and functions -e dodo
set -gx PATH ${quoteFishWord(bin)} $PATH
function cooper_deactivate
  set -gx PATH $COOPER_OLD_PATH
  set -e COOPER_OLD_PATH
  functions -q cooper_old_dodo; and functions -c cooper_old_dodo dodo; and functions -e cooper_old_dodo
${variables.map(([name]) => `  set -e ${name}`).join("\n")}
  functions -e cooper_deactivate
end
`;
}
