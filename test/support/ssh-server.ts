import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { outputOf } from "./host-command.ts";

export interface SshServerOptions {
  /** What a command finds in its environment on the other side. */
  readonly environment: Readonly<Record<string, string>>;
  /** More lines for its settings. */
  readonly settings?: readonly string[];
}

/** A user whose password is locked with "!" may log in with a key only through PAM. */
export function isLocked(): boolean {
  const own = readFileSync("/etc/shadow", "utf8")
    .split("\n")
    .find((line) => line.startsWith(`${userInfo().username}:`));
  return own?.split(":")[1]?.startsWith("!") ?? false;
}

/** A port of this machine that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, "127.0.0.1", () => {
      const bound = probe.address();
      probe.close(() => resolve(typeof bound === "object" && bound !== null ? bound.port : 0));
    });
  });
}

/** Whether an ssh server greets there. */
export function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("data", (greeting: Buffer) => {
      socket.destroy();
      resolve(greeting.toString().startsWith("SSH-"));
    });
    socket.once("error", () => resolve(false));
  });
}

/** Keys and settings of one test file's servers, below one folder; `hosts` are more lines of the client's configuration. */
export class SshBench {
  readonly folder = mkdtempSync(join(tmpdir(), "cooper-sshd-"));
  readonly #servers: ChildProcess[] = [];

  async open(): Promise<void> {
    mkdirSync("/run/sshd", { recursive: true });
    for (const name of ["host-key", "key"]) await outputOf(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", join(this.folder, name)]);
    mkdirSync(join(this.folder, "bin"));
  }

  /** The folder that has the `ssh` with this bench's configuration. */
  get bin(): string {
    return join(this.folder, "bin");
  }

  /** Starts a server; a port may be taken by another in the moment between, then another one is tried. */
  async start(name: string, { environment, settings = [] }: SshServerOptions): Promise<number> {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const port = await freePort();
      const set = Object.entries(environment).map(([key, value]) => `"${key}=${value}"`);
      const lines = [
        `ListenAddress 127.0.0.1:${port}`,
        `HostKey ${join(this.folder, "host-key")}`,
        `AuthorizedKeysFile ${join(this.folder, "key.pub")}`,
        `SetEnv ${set.join(" ")}`,
        `UsePAM ${isLocked() ? "yes" : "no"}`,
        "PidFile none",
        "StrictModes no",
        "PermitRootLogin yes",
        "MaxStartups 100",
        ...settings,
      ];
      const file = join(this.folder, `${name}.conf`);
      writeFileSync(file, `${lines.join("\n")}\n`);
      const started = spawn("/usr/sbin/sshd", ["-D", "-E", join(this.folder, `${name}.log`), "-f", file], { stdio: "ignore" });
      this.#servers.push(started);
      for (const deadline = Date.now() + 60_000; started.exitCode === null && Date.now() < deadline;) {
        if (await answers(port)) return port;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      started.kill("SIGKILL");
    }
    throw new Error("no ssh server could be started");
  }

  /** Writes the client's configuration: `hosts` are blocks for single hosts. */
  async configure(hosts: readonly string[]): Promise<void> {
    const all = [
      "Host *",
      `  User ${userInfo().username}`,
      `  IdentityFile ${join(this.folder, "key")}`,
      "  IdentitiesOnly yes",
      "  BatchMode yes",
      "  StrictHostKeyChecking accept-new",
      `  UserKnownHostsFile ${join(this.folder, "known-hosts")}`,
    ];
    writeFileSync(join(this.folder, "ssh_config"), `${[...hosts, ...all].join("\n")}\n`);
    // ssh reads the configuration of the user it runs as, whatever HOME says; a jump host gets it by -F too.
    const real = await outputOf(["sh", "-c", "PATH=/usr/bin:/bin command -v ssh"]);
    writeFileSync(join(this.bin, "ssh"), `#!/bin/sh\nexec ${real} -F '${join(this.folder, "ssh_config")}' "$@"\n`, { mode: 0o755 });
  }

  close(): void {
    for (const server of this.#servers) server.kill("SIGTERM");
    rmSync(this.folder, { recursive: true, force: true });
  }
}
