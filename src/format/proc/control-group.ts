/** One line of /proc/PID/cgroup: the controllers ("" for version 2) and the path below their mount. */
export interface ControlGroup {
  readonly controllers: readonly string[];
  readonly path: string;
}

/** The control groups of a process. */
export function parseControlGroups(text: string): ControlGroup[] {
  const groups: ControlGroup[] = [];
  for (const line of text.split("\n")) {
    const match = /^\d+:([^:]*):(.*)$/.exec(line);
    if (match !== null) groups.push({ controllers: (match[1] ?? "").split(",").filter((name) => name !== ""), path: match[2] ?? "/" });
  }
  return groups;
}
