import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, vi } from "vitest";
import { runOnHost } from "./host-command.ts";

/** A dockerd of the test's own. */
export interface LoneEngine {
  readonly folder: string;
  readonly host: string;
  stop(): Promise<void>;
}

export interface LoneEngineOptions {
  readonly flags?: readonly string[];
  /** Shell commands in its own mount table and network, before it starts; the folder is in $folder. */
  readonly before?: string;
}

/** Starts it in a network and a mount table of its own: this machine's packet filter, bridges and files stay as they are. */
export async function startLoneEngine({ flags = [], before = ":" }: LoneEngineOptions): Promise<LoneEngine> {
  // A short path: the kernel allows 107 bytes for a socket's.
  const folder = mkdtempSync(path.join(tmpdir(), "cooper-le-"));
  // The containers' root passes through it.
  chmodSync(folder, 0o711);
  const at = (name: string): string => path.join(folder, name);
  writeFileSync(at("config.json"), "{}");
  const places = ["-H", `unix://${at("s")}`, "--data-root", at("data"), "--exec-root", at("exec"), "--pidfile", at("pid")];
  const all = [...flags, ...places, "--bridge=none", "--iptables=false", "--config-file", at("config.json")];
  const env = { ...process.env, PATH: `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin`, folder };
  const child = spawn("unshare", ["-n", "-m", "sh", "-ec", `${before}\nexec dockerd "$@"`, "sh", ...all], { stdio: "ignore", env });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const host = `unix://${at("s")}`;
  const stop = async (): Promise<void> => {
    if (existsSync(at("pid"))) process.kill(Number(readFileSync(at("pid"), "utf8")), "SIGTERM");
    else child.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const answers = async (): Promise<void> => expect((await runOnHost(["docker", "-H", host, "version"])).exit).toBe(0);
    await vi.waitFor(answers, { timeout: 90_000, interval: 100 });
  } catch (error) {
    await stop();
    throw error;
  }
  return { folder, host, stop };
}
