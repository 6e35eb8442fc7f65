import { listFolder, readTextIfThere } from "../../system/files.ts";
import { join } from "node:path";
import type { Instance } from "./instance.ts";
import type { KnownUnit } from "./known-unit.ts";

/** What a list of units can be narrowed to. */
export const UNIT_KINDS = ["autostart", "buildable", "testable"] as const;
export type UnitKind = (typeof UNIT_KINDS)[number];

/** The wave in which a unit starts by itself on the machine of that name; null where it does not. */
export function waveOf({ settings }: KnownUnit, machine: string): number | null {
  const autostart = settings?.cooper.autostart;
  if (autostart === undefined) return null;
  const { wave, hosts } = autostart;
  return hosts === undefined || hosts.includes(machine) ? Number(wave) : null;
}

/** Whether a unit is of a kind. */
export async function isOfKind({ known }: Instance, kind: UnitKind, machine: string): Promise<boolean> {
  if (known === null) return false;
  if (kind === "autostart") return waveOf(known, machine) !== null;
  if (kind === "buildable") return known.hasDockerfile || (await listFolder(known.unit.path)).includes("Build");
  return (await listFolder(known.unit.path)).some((name) => TEST_FILE.test(name));
}

/** Programs and files that a unit's tests are, those of docker-infrastructure included. */
const TEST_FILE = /^(?:Test|Test-prod|test_.+\.py|acceptance\.ya?ml|.+\.test\.(?:ts|mjs|js))$/u;

/** The end of a container's first interface on this machine, found by the number that the container sees; null where there is none. */
export async function findPeer(index: string): Promise<string | null> {
  if (!/^\d{1,9}$/u.test(index)) return null;
  for (const name of await listFolder("/sys/class/net")) {
    const own = (await readTextIfThere(join("/sys/class/net", name, "ifindex"))) ?? "";
    if (own.trim() === index) return name;
  }
  return null;
}
