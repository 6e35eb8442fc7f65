import type { Readable } from "node:stream";
import { type ContainerInfo, readContainer } from "./container-info.ts";
import { type ContainerSpec, createBody } from "./container-spec.ts";
import { matchName } from "./match-name.ts";
import type { Engine } from "../open-engine.ts";
import { callBytes, callJson, callStream, type EngineRequest } from "../transport/request.ts";

export type { ContainerInfo } from "./container-info.ts";

/** Error codes of requests that name a container. */
const CODES = { 404: "container-unknown", 409: "container-conflict" } as const;

/** All about one container; throws `container-unknown`. */
export async function inspectContainer(
  engine: Engine,
  idOrName: string,
  options: Pick<EngineRequest, "isOneOfMany" | "answerWithinMs"> = {},
): Promise<ContainerInfo> {
  return readContainer(await callJson(engine.channel, { path: at(idOrName, "json"), codes: CODES, ...options }));
}

export interface ContainerSummary {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly imageId: string;
  /** As `ContainerState.status`. */
  readonly status: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** The running containers, or with `all` also the others, of those that carry all `labels` ("name" or "name=value"). */
export async function listContainers(
  engine: Engine,
  options: { readonly all?: boolean; readonly labels?: readonly string[] } = {},
): Promise<readonly ContainerSummary[]> {
  const filters = options.labels === undefined ? undefined : JSON.stringify({ label: options.labels });
  const reply = await callJson(engine.channel, { path: "/containers/json", query: { all: options.all ?? false, filters } });
  return reply.list().map((container) => ({
    id: container.at("Id").need(),
    name: (container.at("Names").texts()[0] ?? "").replace(/^\//u, ""),
    image: container.at("Image").text(),
    imageId: container.at("ImageID").text(),
    status: container.at("State").text(),
    labels: container.at("Labels").textMap(),
  }));
}

/** The container a person means: exact name or id, else the one whose name or id starts so; throws `container-unknown`, `container-ambiguous`. */
export async function findContainer(engine: Engine, nameOrPrefix: string): Promise<ContainerInfo> {
  const containers = await listContainers(engine, { all: true });
  return inspectContainer(engine, matchName(nameOrPrefix, containers).id);
}

/** Makes a container without starting it; gives its id. */
export async function createContainer(engine: Engine, spec: ContainerSpec): Promise<string> {
  const reply = await callJson(engine.channel, {
    method: "POST",
    path: "/containers/create",
    query: { name: spec.name },
    body: createBody(spec),
    codes: { 404: "image-unknown", 409: "container-conflict" },
  });
  return reply.at("Id").need();
}

/** Starts a container; one that runs already is fine. */
export async function startContainer(engine: Engine, id: string): Promise<void> {
  await post(engine, { path: at(id, "start") });
}

/** Stops a container (SIGTERM, then SIGKILL after `graceSeconds`); one that is stopped already is fine. */
export async function stopContainer(engine: Engine, id: string, options: { readonly graceSeconds?: number } = {}): Promise<void> {
  await post(engine, { path: at(id, "stop"), query: { t: options.graceSeconds } });
}

/** Gives a container another name; throws `container-conflict` when it is taken. */
export async function renameContainer(engine: Engine, id: string, name: string): Promise<void> {
  await post(engine, { path: at(id, "rename"), query: { name } });
}

/** Tells a container's terminal its size; one that has ended is fine. */
export async function resizeContainer(
  engine: Engine,
  id: string,
  size: { readonly columns: number; readonly rows: number },
): Promise<void> {
  await post(engine, { path: at(id, "resize"), query: { w: size.columns, h: size.rows }, codes: CODES });
}

/** Waits until a container has ended ("next-exit": also one that was not started yet); gives its exit code. */
export async function waitContainer(
  engine: Engine,
  id: string,
  options: { readonly condition?: "not-running" | "next-exit"; readonly signal?: AbortSignal } = {},
): Promise<number> {
  const { condition, signal } = options;
  const reply = await callJson(engine.channel, { method: "POST", path: at(id, "wait"), query: { condition }, codes: CODES, signal });
  return reply.at("StatusCode").number();
}

/** Removes a container (`force` also a running one, `volumes` also its anonymous volumes); one that is gone, or going, is fine. */
export async function removeContainer(
  engine: Engine,
  id: string,
  options: { readonly force?: boolean; readonly volumes?: boolean } = {},
): Promise<void> {
  const query = { force: options.force ?? false, v: options.volumes ?? false };
  try {
    await callBytes(engine.channel, { method: "DELETE", path: at(id), query, codes: CODES });
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

function isGone(error: unknown): boolean {
  if (!(error instanceof Error) || !("code" in error)) return false;
  return error.code === "container-unknown" || (error.code === "container-conflict" && error.message.includes("already in progress"));
}

/** The whole file system of a container as a tar archive. */
export function exportContainer(engine: Engine, id: string, options: { readonly signal?: AbortSignal } = {}): Promise<Readable> {
  return callStream(engine.channel, { path: at(id, "export"), codes: CODES, signal: options.signal });
}

/** The processes of a container, as rows of `ps` (default columns of `ps -ef`). */
export async function topContainer(
  engine: Engine,
  id: string,
  psArguments?: string,
): Promise<{ readonly titles: readonly string[]; readonly rows: readonly (readonly string[])[] }> {
  const reply = await callJson(engine.channel, { path: at(id, "top"), query: { ps_args: psArguments }, codes: CODES });
  return {
    titles: reply.at("Titles").texts(),
    rows: reply
      .at("Processes")
      .list()
      .map((row) => row.texts()),
  };
}

/** What a container's file system holds that its image does not, by path, as the engine tells it (`docker diff`). */
export async function containerChanges(
  engine: Engine,
  id: string,
): Promise<readonly { readonly path: string; readonly kind: "changed" | "created" | "deleted" }[]> {
  const reply = await callJson(engine.channel, { path: at(id, "changes"), codes: CODES });
  const kinds = ["changed", "created", "deleted"] as const;
  return reply.list().map((change) => ({ path: change.at("Path").text(), kind: kinds[change.at("Kind").number()] ?? "changed" }));
}

/** A file or folder of a container as a tar archive; throws `path-unknown`. */
// oxlint-disable-next-line max-params -- engine, container and path come first wherever they are needed
export function getArchive(engine: Engine, id: string, path: string, options: { readonly signal?: AbortSignal } = {}): Promise<Readable> {
  return callStream(engine.channel, { path: at(id, "archive"), query: { path }, codes: { 404: "path-unknown" }, signal: options.signal });
}

/** Unpacks a tar archive into a folder of a container; throws `path-unknown`. */
// oxlint-disable-next-line max-params -- engine, container and path come first wherever they are needed
export async function putArchive(engine: Engine, id: string, path: string, tar: Readable | Uint8Array): Promise<void> {
  await callBytes(engine.channel, {
    method: "PUT",
    path: at(id, "archive"),
    query: { path, copyUIDGID: false },
    tar,
    codes: { 404: "path-unknown" },
  });
}

async function post(engine: Engine, request: EngineRequest): Promise<void> {
  await callBytes(engine.channel, { method: "POST", codes: CODES, ...request });
}

function at(id: string, part?: string): string {
  return `/containers/${encodeURIComponent(id)}${part === undefined ? "" : `/${part}`}`;
}
