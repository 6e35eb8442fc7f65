import { listFolder, readTextIfThere } from "../../system/file/files.ts";
import { join } from "node:path";
import { TEST_KINDS } from "../release/test-kinds.ts";
import { findTests } from "../unit-test/find-tests.ts";
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
  const tests = await Promise.all(TEST_KINDS.map((test) => findTests(known.unit.path, test)));
  return tests.flat().length > 0;
}

/** The end of a container's first interface on this machine, found by the number that the container sees; null where there is none. */
export async function findPeer(index: string): Promise<string | null> {
  if (!/^\d{1,9}$/u.test(index)) return null;
  for (const name of await listFolder("/sys/class/net")) {
    const own = (await readTextIfThere(join("/sys/class/net", name, "ifindex"))) ?? "";
    if (own.trim() === index) return name;
  }
  return null;
}
