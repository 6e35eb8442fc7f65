/** One line of /proc/PID/mountinfo. */
export interface MountLine {
  readonly mountPoint: string;
  readonly type: string;
  /** What is mounted, as who mounted it named it. */
  readonly source: string;
  /** The options of the file system itself; an option without a value maps to "". */
  readonly superOptions: ReadonlyMap<string, string>;
  /** The same as the kernel writes them. */
  readonly superText: string;
}

/** The mounts of a process, in the kernel's order (a later one at the same place covers an earlier one). */
export function parseMountInfo(text: string): MountLine[] {
  const mounts: MountLine[] = [];
  for (const line of text.split("\n")) {
    const [before, after] = line.split(" - ");
    const mountPoint = before?.split(" ")[4];
    const [type, source, options] = after?.split(" ") ?? [];
    if (mountPoint === undefined || type === undefined) continue;
    mounts.push({
      mountPoint: unescapeOctal(mountPoint),
      type,
      source: unescapeOctal(source ?? ""),
      superOptions: parseOptions(options ?? ""),
      superText: options ?? "",
    });
  }
  return mounts;
}

function parseOptions(text: string): ReadonlyMap<string, string> {
  const options = new Map<string, string>();
  // overlay writes a comma or colon inside a folder's name with a backslash before it.
  for (const option of text.split(/(?<!\\),/)) {
    const equals = option.indexOf("=");
    if (equals < 0) options.set(option, "");
    else options.set(option.slice(0, equals), unescapeOctal(option.slice(equals + 1)).replaceAll(/\\([,:\\])/g, "$1"));
  }
  return options;
}

/** The kernel writes space, tab, newline and backslash as three octal digits. */
function unescapeOctal(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_match, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
