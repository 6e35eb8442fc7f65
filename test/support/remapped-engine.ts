import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "vitest";
import { runOnHost } from "./host-command.ts";

/** A dockerd of the test's own, whose containers' users are others on this machine. */
export interface RemappedEngine {
  readonly folder: string;
  readonly host: string;
  stop(): Promise<void>;
}

/** The first user and group of this machine that the containers' are. */
export const FIRST_ID = 300_000;

/** Starts it in a network and a mount table of its own: this machine's packet filter, bridges and /etc/subuid stay as they are. */
export async function startRemappedEngine(): Promise<RemappedEngine> {
  // A short path: the kernel allows 107 bytes for a socket's.
  const folder = mkdtempSync(path.join(tmpdir(), "cooper-re-"));
  // The containers' root passes through it.
  chmodSync(folder, 0o711);
  const at = (name: string): string => path.join(folder, name);
  writeFileSync(at("sub"), `daemon:${FIRST_ID}:65536\n`);
  writeFileSync(at("config.json"), "{}");
  const flags = [
    "--userns-remap=daemon",
    "-H",
    `unix://${at("s")}`,
    "--data-root",
    at("data"),
    "--exec-root",
    at("exec"),
    "--pidfile",
    at("pid"),
  ];
  const script = `touch /etc/subuid /etc/subgid; mount --bind ${at("sub")} /etc/subuid; mount --bind ${at("sub")} /etc/subgid; exec dockerd "$@"`;
  const argv = ["-n", "-m", "sh", "-ec", script, "sh", ...flags, "--bridge=none", "--iptables=false", "--config-file", at("config.json")];
  const env = { ...process.env, PATH: `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin` };
  const child = spawn("unshare", argv, { stdio: "ignore", env });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const host = `unix://${at("s")}`;
  const stop = async (): Promise<void> => {
    if (existsSync(at("pid"))) process.kill(Number(readFileSync(at("pid"), "utf8")), "SIGTERM");
    else child.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await expect.poll(async () => (await runOnHost(["docker", "-H", host, "version"])).exit, { timeout: 90_000 }).toBe(0);
  } catch (error) {
    await stop();
    throw error;
  }
  return { folder, host, stop };
}
