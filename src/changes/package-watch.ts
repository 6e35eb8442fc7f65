import type { Finding } from "../base/finding.ts";
import { parseApk } from "../format/package-database/apk.ts";
import type { DebconfAnswer, PackageChange } from "../format/package-database/change.ts";
import { type DebconfQuestion, diffDebconf, parseDebconf } from "../format/package-database/debconf.ts";
import { diffPackages } from "../format/package-database/diff-packages.ts";
import { type PackageSet, parseDpkg } from "../format/package-database/dpkg.ts";

/** Reads a small file as the container has it now (or had it, for the first state); null when it is not there. */
export type ReadFile = (path: string) => Promise<Buffer | null>;

const DPKG = { status: "/var/lib/dpkg/status", states: "/var/lib/apt/extended_states" } as const;
const APK = { installed: "/lib/apk/db/installed", world: "/etc/apk/world" } as const;
const DEBCONF = {
  config: "/var/cache/debconf/config.dat",
  templates: "/var/cache/debconf/templates.dat",
  passwords: "/var/cache/debconf/passwords.dat",
} as const;
const RPM = ["/var/lib/rpm/rpmdb.sqlite", "/usr/lib/sysimage/rpm/rpmdb.sqlite", "/var/lib/rpm/Packages"] as const;

export interface PackageNews {
  readonly packages: readonly PackageChange[];
  readonly debconf: readonly DebconfAnswer[];
  /** Packages that apk brought: name to paths. */
  readonly apkFiles: ReadonlyMap<string, readonly string[]>;
  readonly findings: readonly Finding[];
}

interface PackageState {
  readonly dpkg: PackageSet;
  readonly apk: PackageSet;
  readonly debconf: ReadonlyMap<string, DebconfQuestion>;
}

/** Compares the data bases of the package managers between two looks. */
export class PackageWatch {
  #state: PackageState;

  private constructor(state: PackageState) {
    this.#state = state;
  }

  /** Begins with the data bases as `read` gives them. */
  static async open(read: ReadFile): Promise<PackageWatch> {
    const { dpkg } = await readDpkg(read);
    return new PackageWatch({ dpkg, apk: (await readApk(read)).packages, debconf: await readDebconf(read) });
  }

  /** Reads those data bases again of which `isTouched` says that they may have changed. */
  async look(isTouched: (path: string) => boolean, read: ReadFile): Promise<PackageNews> {
    const touched = (group: Readonly<Record<string, string>>): boolean => Object.values(group).some(isTouched);
    const before = this.#state;
    const apk = touched(APK) ? await readApk(read) : null;
    const now: PackageState = {
      dpkg: touched(DPKG) ? (await readDpkg(read)).dpkg : before.dpkg,
      apk: apk?.packages ?? before.apk,
      debconf: touched(DEBCONF) ? await readDebconf(read) : before.debconf,
    };
    this.#state = now;
    const apkChanges = diffPackages("apk", before.apk, now.apk);
    return {
      packages: [...diffPackages("apt", before.dpkg, now.dpkg), ...apkChanges],
      debconf: diffDebconf(before.debconf, now.debconf),
      apkFiles: new Map(apkChanges.filter(({ after }) => after !== null).map(({ name }) => [name, apk?.files.get(name) ?? []])),
      findings: RPM.some(isTouched) ? [rpmFinding()] : [],
    };
  }
}

async function readDpkg(read: ReadFile): Promise<{ readonly dpkg: PackageSet }> {
  return { dpkg: parseDpkg(await textOf(DPKG.status, read), await textOf(DPKG.states, read)) };
}

async function readApk(read: ReadFile): Promise<ReturnType<typeof parseApk>> {
  return parseApk(await textOf(APK.installed, read), await textOf(APK.world, read));
}

async function readDebconf(read: ReadFile): Promise<ReadonlyMap<string, DebconfQuestion>> {
  return parseDebconf({
    config: await textOf(DEBCONF.config, read),
    templates: await textOf(DEBCONF.templates, read),
    passwords: await textOf(DEBCONF.passwords, read),
  });
}

async function textOf(path: string, read: ReadFile): Promise<string> {
  return (await read(path))?.toString("utf8") ?? "";
}

function rpmFinding(): Finding {
  return {
    code: "rpm-not-read",
    message: "rpm's data base changed; which packages changed is not read from it.",
    hint: "The commands that installed them are kept as they were typed.",
  };
}
