import { linkTarget, listFolder, readBytesSync } from "../../../system/process/proc.ts";

/** The processes of this machine by what tells which container they are in. */
export interface ProcessTable {
  /** All processes of the container whose first process this is. */
  of(pid: number): readonly number[];
}

/** Looks at all processes once: those of a container share its mounts or its control group. */
export function listProcesses(proc: string): ProcessTable {
  const groups = new Map<string, number[]>();
  const own = new Set(keysOf(`${proc}/self`));
  for (const { name } of listFolder(proc)) {
    if (!/^\d+$/.test(name)) continue;
    for (const key of keysOf(`${proc}/${name}`)) {
      if (own.has(key)) continue;
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [Number(name)]);
      else group.push(Number(name));
    }
  }
  return {
    of: (pid) => [...new Set([pid, ...keysOf(`${proc}/${pid}`).flatMap((key) => groups.get(key) ?? [])])].sort((a, b) => a - b),
  };
}

function keysOf(folder: string): readonly string[] {
  const namespace = linkTarget(`${folder}/ns/mnt`);
  const groups = readBytesSync(`${folder}/cgroup`)?.toString("latin1").split("\n") ?? [];
  // A group named after a container: the root group and those of services hold the processes of others too.
  const named = groups.filter((line) => /[0-9a-f]{64}/.test(line));
  return [...(namespace === null ? [] : [namespace]), ...named];
}
