import { readFileSync } from "node:fs";
import { outputOf, runOnHost } from "../../../test/support/host-command.ts";
import path from "node:path";
import type { App } from "./app.ts";

/** Programs that tests call, and Debian's packages that bring them. */
const CLIENTS: Readonly<Record<string, string>> = {
  curl: "curl",
  ps: "procps",
  jq: "jq",
  nc: "netcat-openbsd",
  openssl: "openssl",
  "redis-cli": "redis-tools",
  psql: "postgresql-client",
  pg_isready: "postgresql-client",
  mysql: "default-mysql-client",
  mariadb: "mariadb-client",
  mosquitto_pub: "mosquitto-clients",
  dig: "bind9-dnsutils",
  ldapsearch: "ldap-utils",
};

/** Installs from Debian what the applications' tests call and this machine has not got. */
export async function installClients(apps: readonly App[]): Promise<void> {
  const texts = apps.flatMap((app) => ["smoke.sh", "deep.sh"].map((script) => readFileSync(path.join(app.folder, script), "utf8")));
  const called = Object.keys(CLIENTS).filter((client) => texts.some((text) => new RegExp(`(?<![\\w-])${client}(?![\\w-])`).test(text)));
  const missing: string[] = [];
  for (const client of [...called, "curl"]) {
    const { exit } = await runOnHost(["sh", "-c", `command -v ${client}`]);
    const name = CLIENTS[client];
    if (exit !== 0 && name !== undefined) missing.push(name);
  }
  if (missing.length === 0) return;
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await outputOf(["apt-get", "update"], { env });
  await outputOf(["apt-get", "install", "-y", "--no-install-recommends", ...new Set(missing)], { env });
}
