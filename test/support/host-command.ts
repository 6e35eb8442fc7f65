import { spawn } from "node:child_process";

export interface HostOutcome {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface HostOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly input?: string;
  readonly timeoutMs?: number;
}

/** Runs a program of this machine and waits for its end; a program that does not end in time (5 minutes unless told) is killed and fails. */
export function runOnHost(argv: readonly string[], options: HostOptions = {}): Promise<HostOutcome> {
  const [program = "", ...rest] = argv;
  const child = spawn(program, rest, {
    env: { ...process.env, ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const output = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  child.stdout.on("data", (chunk: Buffer) => output.stdout.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => output.stderr.push(chunk));
  child.stdin.on("error", () => {});
  child.stdin.end(options.input ?? "");
  const deadline = options.timeoutMs ?? 300_000;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new Error(`${argv.join(" ")} did not end within ${deadline} ms`));
    }, deadline);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      const text = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString("utf8");
      resolve({ exit: code ?? (signal === null ? 1 : 128), stdout: text(output.stdout), stderr: text(output.stderr) });
    });
  });
}

/** Runs a program that must succeed and returns what it printed, without the last line ends. */
export async function outputOf(argv: readonly string[], options: HostOptions = {}): Promise<string> {
  const { exit, stdout, stderr } = await runOnHost(argv, options);
  if (exit !== 0) throw new Error(`${argv.join(" ")} ended with ${exit}: ${stderr}${stdout}`);
  return stdout.replace(/\n+$/, "");
}
