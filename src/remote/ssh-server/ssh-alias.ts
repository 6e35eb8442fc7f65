import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { join } from "node:path";
import { quoteWord } from "../../format/shell/quote.ts";
import { asBytesText, editFile } from "../../system/file/edit-file.ts";
import { readTextIfThere, writeFileAtomically } from "../../system/file/files.ts";
import { sessionsFolder } from "../session/find-session.ts";
import type { Session } from "../session/session-record.ts";
import { CLIENT_ALGORITHMS, hostKeyBlob } from "./key-exchange.ts";

/** The key by which an ssh client knows the session's container again; made when it is first asked for. */
export async function sessionHostKey({ folder }: Session): Promise<KeyObject> {
  const file = join(folder, "ssh-host-key");
  const there = await readTextIfThere(file);
  if (there !== null) return createPrivateKey(there);
  const { privateKey } = generateKeyPairSync("ed25519");
  await writeFileAtomically(file, privateKey.export({ type: "pkcs8", format: "pem" }).toString(), 0o600);
  return privateKey;
}

/** Writes the lines that make \`ssh NAME\` reach the session's container; gives their file. */
export async function writeAlias(session: Session, own: readonly string[]): Promise<string> {
  const { folder, record } = session;
  const knownHosts = join(folder, "ssh-known-hosts");
  const alias = `cooper-${record.name}`;
  const key = hostKeyBlob(await sessionHostKey(session)).toString("base64");
  await writeFileAtomically(knownHosts, `${alias} ssh-ed25519 ${key}\n`, 0o600);
  const command = [...own, "dev", "ssh-server", folder].map(quoteWord).join(" ").replaceAll("%", "%%");
  const lines = [
    `HostName ${alias}`,
    `HostKeyAlias ${alias}`,
    `User ${record.user?.split(":")[0] ?? "root"}`,
    `ProxyCommand ${command}`,
    `UserKnownHostsFile "${knownHosts.replaceAll("%", "%%")}"`,
    "GlobalKnownHostsFile /dev/null",
    "StrictHostKeyChecking yes",
    "UpdateHostKeys no",
    "ProxyJump none",
    ...CLIENT_ALGORITHMS,
  ];
  const file = join(folder, "ssh_config");
  await writeFileAtomically(file, `Host ${record.name}\n${lines.map((line) => `  ${line}\n`).join("")}`, 0o600);
  return file;
}

interface Desk {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/** The person's own configuration of ssh. */
export function sshConfigFile({ home }: Desk): string {
  return join(home, ".ssh", "config");
}

// Further down it could be a part of a Host's lines.
function includeLine({ env }: Desk): string {
  return asBytesText(`Include "${join(sessionsFolder(env), "*", "ssh_config")}"\n`);
}

/** Has the person's ssh read the aliases of all sessions; true where it did not before. */
export function includeAliases(desk: Desk): Promise<boolean> {
  const line = includeLine(desk);
  return editFile(sshConfigFile(desk), (text) => (text?.startsWith(line) === true ? text : `${line}${text ?? ""}`));
}

/** Takes that out again. */
export function excludeAliases(desk: Desk): Promise<boolean> {
  const line = includeLine(desk);
  return editFile(sshConfigFile(desk), (text) => (text?.startsWith(line) === true ? text.slice(line.length) : text));
}
