import { randomBytes } from "node:crypto";
import { homedir } from "node:os";
import { basename } from "node:path";
import { isCooperError, messageOf } from "../../../base/errors.ts";
import { containerChanges, inspectContainer } from "../../../engine/container/container.ts";
import { runInContainer } from "../../../engine/stream/exec.ts";
import { type Engine, openEngine } from "../../../engine/open-engine.ts";
import { fetchUrl } from "../../../system/network/fetch-url.ts";
import { runProcess } from "../../../system/process/process.ts";
import { exchangeTcp } from "../../../system/network/tcp.ts";
import { TEST_KINDS } from "../../release/test-kinds.ts";
import { instanceEnvironment } from "../instance-environment.ts";
import { complaintOf, type Expected, NotAsExpected, poll, type Within } from "./expected.ts";
import { readContainerFile } from "./read-file.ts";

export { NotAsExpected, poll };

/** The instance of a unit that is tested. */
export interface Instance {
  readonly unit: string;
  /** Of its container. */
  readonly name: string;
  readonly kind: "stand-alone" | "prod-ready" | "in-prod";
  /** "sha256:…". */
  readonly image: string;
  readonly ip: string;
  /** Container port to "host:port", as it is reached from here. */
  readonly ports: Readonly<Record<number, string>>;
  /** Folder of this machine that holds what the instance may write to; "" where there is none. */
  readonly volume: string;
  /** Its writable layer on this machine; "" where it is elsewhere. */
  readonly cow: string;
}

/** What a web server answered. */
export interface WebAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly location: string;
  readonly body: Buffer;
}

/** The engine of each instance; no part of what a test sees. */
const engines = new WeakMap<Instance, Engine>();

function engineOf(at: Instance): Engine {
  const engine = engines.get(at);
  if (engine === undefined) throw new NotAsExpected("This is no instance that `instance()` gave.");
  return engine;
}

/**
 * The instance that `cooper test` made, told by the environment. A test that was started directly gets the running instance of the unit of
 * the working folder: test-NAME, or with KTOOLS_DRUN_TEST_PROD=1 production's.
 */
export async function instance(): Promise<Instance> {
  const { env } = process;
  const engine = await openEngine({ env, home: homedir() });
  const unit = env["COOPER_UNIT"] ?? basename(process.cwd());
  const isProd = !["", "0"].includes(env["KTOOLS_DRUN_TEST_PROD"] ?? "");
  const kind = TEST_KINDS.find((one) => one === env["COOPER_TEST"]) ?? (isProd ? "in-prod" : "stand-alone");
  const name = env["COOPER_CONTAINER"] ?? (isProd ? unit : `test-${unit}`);
  const container = await inspectContainer(engine, name).catch((error: unknown) => {
    throw isCooperError(error) ? new NotAsExpected(`${name} does not run: start the test with \`cooper test ${unit}\``) : error;
  });
  const told = instanceEnvironment(engine, container, { unit, kind });
  const ports = Object.entries(told).flatMap(([key, value]) => {
    const port = /^COOPER_PORT_(\d+)$/u.exec(key)?.[1];
    return port === undefined ? [] : [[Number(port), value] as const];
  });
  const found: Instance = {
    unit,
    name,
    kind,
    image: container.imageId,
    ip: container.networkSettings.ip,
    ports: Object.fromEntries(ports),
    volume: told["COOPER_VOLUME"] ?? "",
    cow: told["COOPER_COW"] ?? "",
  };
  engines.set(found, engine);
  return found;
}

/** A text that nobody else has: put it in on one side and look for it on the other. */
export function cookie(bytes = 12): string {
  return randomBytes(bytes).toString("hex");
}

/** A file in the container holds something (null: it is not there); gives its text. The image needs no program for it. */
export async function expectFile(at: Instance, path: string, { is, within }: Within & { readonly is: Expected }): Promise<string> {
  return waitFor(`${path} in ${at.name}`, is, { within, find: () => readContainerFile(engineOf(at), at.name, path) });
}

/** A program inside ends with 0 and prints something; gives what it printed. */
export async function expectInside(
  at: Instance,
  argv: readonly string[],
  { is, within, user, exit = 0 }: Within & { readonly is: Expected; readonly user?: string; readonly exit?: number },
): Promise<string> {
  const find = async (): Promise<string> => {
    const ended = await runInContainer(engineOf(at), at.name, argv, user === undefined ? {} : { user });
    const output = ended.stdout.toString() + ended.stderr.toString();
    if (ended.exit !== exit) throw new NotAsExpected(`it ended with ${ended.exit}: ${output.trim().slice(-200)}`);
    return output;
  };
  return waitFor(`${argv.join(" ")} in ${at.name}`, is, { within, find });
}

/** A program of this machine ends with 0 and prints something; gives what it printed. */
export async function expectCommand(argv: readonly string[], { is, within }: Within & { readonly is: Expected }): Promise<string> {
  const find = async (): Promise<string> => {
    const ended = await runProcess(argv, { timeoutMs: 600_000 });
    const output = ended.stdout.toString() + ended.stderr.toString();
    if (ended.exit !== 0) throw new NotAsExpected(`it ended with ${ended.exit}: ${output.trim().slice(-200)}`);
    return output;
  };
  return waitFor(argv.join(" "), is, { within, find });
}

/** A question to a web server; `status` is 200 unless told, null: any. */
export interface WebQuestion extends Within {
  readonly port: number;
  readonly path?: string;
  readonly https?: boolean;
  readonly post?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status?: number | null;
  /** What the body holds; any body when absent. */
  readonly is?: Expected;
}

/** A web server in the container answers so; gives the answer. Certificates are not checked. */
export async function expectWeb(at: Instance, question: WebQuestion): Promise<WebAnswer> {
  const { port, path = "/", https = false, post, headers = {}, status = 200, is = "", within } = question;
  const url = `${https ? "https" : "http"}://${addressOf(at, port)}${path}`;
  const body = post === undefined ? {} : { method: "POST", body: post };
  return poll(
    url,
    async () => {
      const answer = await fetchUrl(url, { timeoutMs: 10_000, limit: 16 * 1024 ** 2, headers, ...body });
      if (answer === null) return { complaint: "no answer" };
      if (status !== null && answer.status !== status) return { complaint: `status ${answer.status}` };
      const complaint = complaintOf(answer.body.toString("utf8"), is);
      return complaint === null ? { value: answer } : { complaint };
    },
    within === undefined ? {} : { within },
  );
}

/** Sends bytes to a TCP port of the container and gives what comes back until the other side ends, `limit` bytes or `within` seconds. */
export async function exchange(
  at: Instance,
  {
    port,
    send,
    limit = 65_536,
    within = 2,
  }: Within & { readonly port: number; readonly send: string | Uint8Array; readonly limit?: number },
): Promise<Buffer> {
  const { host, port: hostPort } = splitAddress(addressOf(at, port));
  const found = await exchangeTcp({ host, port: hostPort, send, timeoutMs: within * 1000, limit });
  if (found === null) throw new NotAsExpected(`port ${port} of ${at.name} takes no connection`);
  return found;
}

/** The same, until the answer holds something; gives the answer. */
export async function expectExchange(
  at: Instance,
  { is, within, ...question }: Within & { readonly port: number; readonly send: string | Uint8Array; readonly is: Expected },
): Promise<string> {
  const find = async (): Promise<string> => (await exchange(at, question)).toString("latin1");
  return waitFor(`port ${question.port} of ${at.name}`, is, { within, find });
}

/** A path of the container is different from its image: created, changed or deleted; null: as it is there. */
export async function expectChange(
  at: Instance,
  path: string,
  { is, within }: Within & { readonly is: "created" | "changed" | "deleted" | null },
): Promise<void> {
  const find = async (): Promise<string | null> =>
    (await containerChanges(engineOf(at), at.name)).find((change) => change.path === path)?.kind ?? null;
  await waitFor(`${path} in the writable layer of ${at.name}`, is, { within, find });
}

function addressOf({ ports, name, ip }: Instance, port: number): string {
  const address = ports[port] ?? (ip === "" ? undefined : `${ip}:${port}`);
  if (address !== undefined) return address;
  throw new NotAsExpected(`port ${port} of ${name} cannot be reached from here: publish it under ports`);
}

function splitAddress(address: string): { readonly host: string; readonly port: number } {
  const colon = address.lastIndexOf(":");
  return { host: address.slice(0, colon).replace(/^\[|\]$/gu, ""), port: Number(address.slice(colon + 1)) };
}

async function waitFor(
  what: string,
  is: Expected,
  { within, find }: { readonly within: number | undefined; readonly find: () => Promise<string | null> },
): Promise<string> {
  const ask = async (): Promise<{ readonly value: string } | { readonly complaint: string }> => {
    try {
      const found = await find();
      const complaint = complaintOf(found, is);
      return complaint === null ? { value: found ?? "" } : { complaint };
    } catch (error) {
      return { complaint: messageOf(error) };
    }
  };
  return poll(what, ask, within === undefined ? {} : { within });
}
