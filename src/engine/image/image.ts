import type { Engine } from "../open-engine.ts";
import type { Reply } from "../reply.ts";
import { callBytes, callJson } from "../transport/request.ts";

/** The part of an image's configuration that a Draft keeps or sets. */
export interface ImageSettings {
  readonly env: readonly string[];
  readonly cmd: readonly string[] | null;
  readonly entrypoint: readonly string[] | null;
  readonly user: string;
  readonly workdir: string;
  readonly exposed: readonly string[];
  readonly volumes: readonly string[];
  readonly stopSignal: string | null;
  readonly shell: readonly string[] | null;
  readonly architecture: string;
}

export interface ImageInfo {
  /** "sha256:…". */
  readonly id: string;
  readonly tags: readonly string[];
  /** "debian@sha256:…". */
  readonly digests: readonly string[];
  readonly config: ImageSettings;
  readonly labels: Readonly<Record<string, string>>;
  /** Bytes of all layers. */
  readonly size: number;
  readonly createdAt: string;
  readonly layers: readonly string[];
  /** Of the container in which the classic builder ran the instruction that made it; null where the engine does not say. */
  readonly buildHostName: string | null;
}

/** An image by reference or id; throws `image-unknown`, also for a reference that no image can have. */
export async function inspectImage(engine: Engine, reference: string): Promise<ImageInfo> {
  // A client would leave such a part of the path out, and ask for something else.
  const named = reference.split("/").some((part) => /^\s*\.{0,2}$/.test(part)) ? " " : reference;
  const codes = { 400: "image-unknown", 404: "image-unknown" };
  const reply = await callJson(engine.channel, { path: `/images/${imagePath(named)}/json`, codes });
  const config = reply.at("Config");
  return {
    id: reply.at("Id").need(),
    tags: reply.at("RepoTags").texts(),
    digests: reply.at("RepoDigests").texts(),
    config: readSettings(config, reply.at("Architecture").text()),
    labels: config.at("Labels").textMap(),
    size: reply.at("Size").number(),
    createdAt: reply.at("Created").text(),
    layers: reply.at("RootFS", "Layers").texts(),
    buildHostName: reply.at("ContainerConfig", "Hostname").text() || null,
  };
}

function readSettings(config: Reply, architecture: string): ImageSettings {
  const stopSignal = config.at("StopSignal").text();
  return {
    env: config.at("Env").texts(),
    cmd: config.at("Cmd").textsOrNull(),
    entrypoint: config.at("Entrypoint").textsOrNull(),
    user: config.at("User").text(),
    workdir: config.at("WorkingDir").text(),
    exposed: config.at("ExposedPorts").keys().toSorted(),
    volumes: config.at("Volumes").keys().toSorted(),
    stopSignal: stopSignal === "" ? null : stopSignal,
    shell: config.at("Shell").textsOrNull(),
    architecture,
  };
}

/** Removes an image's tag, and the image when it was the last one; nothing there is fine. Throws `image-in-use`. */
export async function removeImage(engine: Engine, reference: string, options: { readonly force?: boolean } = {}): Promise<void> {
  try {
    const query = { force: options.force ?? false };
    await callBytes(engine.channel, {
      method: "DELETE",
      path: `/images/${imagePath(reference)}`,
      query,
      codes: { 404: "image-unknown", 409: "image-in-use" },
    });
  } catch (error) {
    if (!hasCode(error, "image-unknown")) throw error;
  }
}

/** One layer of an image, the newest first; `id` is null where the engine does not keep it. */
export interface ImageLayer {
  readonly id: string | null;
  readonly createdBy: string;
  readonly size: number;
  readonly comment: string;
}

/** How an image was made, the newest layer first. */
export async function imageHistory(engine: Engine, reference: string): Promise<readonly ImageLayer[]> {
  const reply = await callJson(engine.channel, { path: `/images/${imagePath(reference)}/history`, codes: { 404: "image-unknown" } });
  return reply.list().map((layer) => ({
    // "<missing>" in Docker, "sha256:<missing>" in Podman.
    id: /^sha256:[0-9a-f]{64}$/u.test(layer.at("Id").text()) ? layer.at("Id").text() : null,
    createdBy: layer.at("CreatedBy").text(),
    size: layer.at("Size").number(),
    comment: layer.at("Comment").text(),
  }));
}

// The engine wants the slashes of a reference as they are.
function imagePath(reference: string): string {
  return encodeURIComponent(reference).replaceAll("%2F", "/").replaceAll("%3A", ":").replaceAll("%40", "@");
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
