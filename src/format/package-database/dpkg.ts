/** An installed package as its manager's data base has it. */
export interface InstalledPackage {
  readonly version: string;
  /** Installed only as a dependency. */
  readonly automatic: boolean;
}

/** Installed packages by name ("nginx", "libc6:i386" for a foreign architecture). */
export type PackageSet = ReadonlyMap<string, InstalledPackage>;

/** The stanzas of a Debian control file: field name (as written) to value, continuation lines joined by newlines. */
export function* parseStanzas(text: string): Generator<ReadonlyMap<string, string>, void, void> {
  let fields = new Map<string, string>();
  let last = "";
  for (const line of text.split("\n")) {
    if (line.trim() === "") {
      if (fields.size > 0) yield fields;
      fields = new Map();
    } else if (line.startsWith(" ") || line.startsWith("\t")) {
      fields.set(last, `${fields.get(last) ?? ""}\n${line.slice(1)}`);
    } else {
      const colon = line.indexOf(":");
      last = line.slice(0, Math.max(colon, 0));
      if (colon > 0) fields.set(last, line.slice(colon + 1).trim());
    }
  }
  if (fields.size > 0) yield fields;
}

/** The packages that `/var/lib/dpkg/status` says are on the disk, with the marks of `/var/lib/apt/extended_states` ("" when there is none). */
export function parseDpkg(status: string, extendedStates: string): PackageSet {
  const automatic = parseAutomatic(extendedStates);
  const packages = new Map<string, InstalledPackage>();
  const native = nativeArchitecture(status);
  for (const stanza of status.split(/\n\n+/)) {
    const name = fieldOf(stanza, "Package");
    const version = fieldOf(stanza, "Version");
    const state = fieldOf(stanza, "Status")?.split(" ")[2];
    if (name === undefined || version === undefined || state === undefined || !IS_ON_DISK.has(state)) continue;
    const architecture = fieldOf(stanza, "Architecture") ?? "all";
    const isNative = architecture === "all" || architecture === native;
    const isAutomatic = automatic.has(`${name}:${isNative ? native : architecture}`) || (isNative && automatic.has(name));
    packages.set(isNative ? name : `${name}:${architecture}`, { version, automatic: isAutomatic });
  }
  return packages;
}

/** What else than "install" the status file says is wanted of installed packages ("hold"), by package. */
export function parseWants(status: string): ReadonlyMap<string, string> {
  const wants = new Map<string, string>();
  const others = /^Status: (?!install )/m;
  for (const stanza of others.test(status) ? status.split(/\n\n+/) : []) {
    const [want = "", , state = ""] = fieldOf(stanza, "Status")?.split(" ") ?? [];
    const name = fieldOf(stanza, "Package");
    if (name !== undefined && want !== "install" && IS_ON_DISK.has(state)) wants.set(name, want);
  }
  return wants;
}

const IS_ON_DISK: ReadonlySet<string> = new Set(["installed", "unpacked", "half-configured", "triggers-awaited", "triggers-pending"]);

/** A whole status file is long, so that one field is looked up without splitting all lines. */
function fieldOf(stanza: string, name: string): string | undefined {
  const isFirst = stanza.startsWith(`${name}: `);
  const at = isFirst ? 0 : stanza.indexOf(`\n${name}: `);
  if (at < 0) return undefined;
  const start = at + name.length + (isFirst ? 2 : 3);
  const end = stanza.indexOf("\n", start);
  return stanza.slice(start, end < 0 ? stanza.length : end).trim();
}

/** The architecture of dpkg itself is the machine's. */
function nativeArchitecture(status: string): string {
  const at = status.search(/^Package: dpkg$/m);
  return at < 0 ? "" : (fieldOf(status.slice(at, at + 4096), "Architecture") ?? "");
}

function parseAutomatic(extendedStates: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (const fields of parseStanzas(extendedStates)) {
    const name = fields.get("Package");
    if (name === undefined || fields.get("Auto-Installed") !== "1") continue;
    const architecture = fields.get("Architecture");
    names.add(architecture === undefined ? name : `${name}:${architecture}`);
  }
  return names;
}

/** The package whose list of files this path of dpkg's info folder is ("nginx:amd64.list" gives "nginx"); null for another file. */
export function packageOfInfoFile(path: string): { readonly name: string; readonly kind: string } | null {
  const match = /^\/var\/lib\/dpkg\/info\/([a-z0-9][a-z0-9+.-]*?)(?::[a-z0-9-]+)?\.([a-z0-9]+)$/.exec(path);
  const name = match?.[1];
  const kind = match?.[2];
  return name === undefined || kind === undefined ? null : { name, kind };
}

/** The absolute paths in a `.list` file. */
export function parseFileList(text: string): string[] {
  return text.split("\n").filter((line) => line.startsWith("/") && line !== "/.");
}
