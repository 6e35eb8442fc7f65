/** What /proc/PID/status tells of a process. */
export interface ProcessStatus {
  readonly parent: number;
  /** Effective user, in the reader's user namespace. */
  readonly uid: number;
  /** The process's number in its own pid namespace. */
  readonly innerPid: number;
  /** A dead process that nobody has waited for. */
  readonly isZombie: boolean;
}

/** Reads /proc/PID/status; null when it is not one. */
export function parseProcessStatus(text: string): ProcessStatus | null {
  const field = (name: string): string[] => new RegExp(`^${name}:\\s*(.*)$`, "m").exec(text)?.[1]?.split(/\s+/) ?? [];
  const parent = Number(field("PPid")[0]);
  const uid = Number(field("Uid")[1]);
  const pid = Number(field("NSpid").at(-1) ?? field("Pid")[0]);
  if (![parent, uid, pid].every(Number.isInteger)) return null;
  return { parent, uid, innerPid: pid, isZombie: /^[ZX]/.test(field("State")[0] ?? "") };
}

/** The arguments in /proc/PID/cmdline; a program that wrote its own title gives one text. */
export function parseCommandLine(bytes: Uint8Array): string[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  const isTerminated = text.endsWith("\0");
  const argv = (isTerminated ? text.slice(0, -1) : text).split("\0");
  // A title is padded with NULs over the old arguments and environment.
  while (argv.length > 1 && argv.at(-1) === "" && argv.at(-2) === "") argv.pop();
  if (argv.length === 2 && argv[1] === "" && argv[0]?.includes(" ") === true) argv.pop();
  return text === "" ? [] : argv.map((argument) => argument.trimEnd());
}
