import { join, resolve } from "node:path";
import { CooperError, isCooperError } from "../../base/errors.ts";
import type { RandomHex } from "../../base/clock.ts";
import type { Emit } from "../../base/events.ts";
import { EXIT } from "../../base/exit-code.ts";
import { buildImage } from "../../engine/image/build.ts";
import type { Builder } from "../../engine/image/docker-command.ts";
import { inspectImage, removeImage } from "../../engine/image/image.ts";
import { tagImage } from "../../engine/image/load-image.ts";
import type { Engine } from "../../engine/open-engine.ts";
import { pullImage } from "../../engine/image/pull-image.ts";
import { fileKind } from "../../system/file/files.ts";
import { runProcess } from "../../system/process/process.ts";
import { trimImage } from "../harden/trim-image.ts";
import { imageCandidates } from "../plan/make-plan.ts";
import type { UnitSettings } from "../settings/layer.ts";
import { imageNames } from "./image-names.ts";
import { tellLinksOut } from "./links-out.ts";
import { imageIdOf, needImage } from "./settle-tags.ts";

/** How to build. */
export interface BuildChoice {
  readonly builder: Builder;
  readonly noCache: boolean;
  /** Ask for a newer base image. */
  readonly pull: boolean;
  /** Trim tools from the image, also where the settings do not ask for it. */
  readonly harden: boolean;
}

export interface UnitBuild {
  /** The unit's settings for production. */
  readonly settings: UnitSettings;
  readonly choice: BuildChoice;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  readonly randomHex: RandomHex;
}

/** A program of the unit that prepares the build, or makes the image itself. */
const SCRIPT = "Build";

/** Builds a unit's image, or takes the one from elsewhere, and tags it `latest`; throws `build-failed`, `build-script-failed`, `image-by-digest`, `image-unnamed`, `image-not-pulled`. */
export async function buildUnit(engine: Engine, build: UnitBuild): Promise<{ readonly image: string; readonly reference: string }> {
  const { settings, emit } = build;
  const { latest } = imageNames(settings);
  emit({ kind: "progress", text: `building ${latest}` });
  const made =
    (await runScript(engine, build)) ?? (await (settings.service.build === undefined ? takeImage : buildDockerfile)(engine, build));
  const image = await hardened(engine, build, made);
  await tagImage(engine, image, latest);
  return { image, reference: latest };
}

/** The tools that the container's own commands name stay. */
async function hardened(engine: Engine, { settings, choice, emit, signal, randomHex }: UnitBuild, image: string): Promise<string> {
  const { harden } = settings.cooper;
  if (harden === undefined && !choice.harden) return image;
  const { command = [], entrypoint = [], healthcheck } = settings.service;
  emit({ kind: "progress", text: `trimming ${imageNames(settings).latest}` });
  return trimImage(engine, {
    image,
    reference: ownTag(settings, randomHex),
    commands: [...command, ...entrypoint, ...(healthcheck?.test ?? [])],
    keep: harden?.keep ?? [],
    emit: (text) => emit({ kind: "output", text }),
    signal,
  });
}

/** A tag of the unit's image that nobody else has. */
function ownTag(settings: UnitSettings, randomHex: RandomHex): string {
  return `${imageNames(settings).latest.replace(/:latest$/u, "")}:cooper-build-${randomHex(6)}`;
}

interface BuildSettings {
  readonly context?: string | undefined;
  readonly dockerfile?: string | undefined;
  readonly args?: Readonly<Record<string, string | null>> | undefined;
  readonly target?: string | undefined;
  readonly network?: string | undefined;
  readonly no_cache?: boolean | undefined;
}

async function buildDockerfile(engine: Engine, { settings, choice, emit, signal }: UnitBuild): Promise<string> {
  const own: BuildSettings = settings.service.build ?? {};
  await tellLinksOut(settings.folder, emit);
  const folder = resolve(settings.folder, own.context ?? ".");
  const { imageId } = await buildImage(engine, {
    folder,
    builder: choice.builder,
    noCache: choice.noCache || own.no_cache === true,
    pull: choice.pull,
    args: givenArguments(own.args ?? {}, engine.env),
    onOutput: (text) => emit({ kind: "output", text }),
    signal,
    ...(own.dockerfile === undefined ? {} : { dockerfile: resolve(folder, own.dockerfile) }),
    ...(own.target === undefined ? {} : { target: own.target }),
    ...(own.network === undefined ? {} : { network: own.network }),
  });
  return imageId;
}

/** An image from elsewhere is taken as it is. */
async function takeImage(engine: Engine, { settings, choice, emit, signal }: UnitBuild): Promise<string> {
  const candidates = imageCandidates(settings);
  const [first = settings.name] = candidates;
  if (!choice.pull) {
    for (const reference of candidates) {
      const image = await imageIdOf(engine, reference);
      if (image !== null) return image;
    }
  }
  if (!settings.isImageNamed) throw imageUnnamed(settings);
  emit({ kind: "progress", text: `pulling ${first}` });
  await pullImage(engine, first, signal);
  return needImage(engine, first);
}

/** A name alone takes the value that it has here, or is left out. */
function givenArguments(args: Readonly<Record<string, string | null>>, env: Engine["env"]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(args).flatMap(([name, value]) => {
      const given = value ?? env[name];
      return given === undefined ? [] : [[name, given]];
    }),
  );
}

/** The id of the image that the unit's own program made; null where there is none, or it only prepared what the Dockerfile copies. */
async function runScript(engine: Engine, build: UnitBuild): Promise<string | null> {
  const { settings, choice, emit, signal } = build;
  const path = join(settings.folder, SCRIPT);
  const kind = await fileKind(path);
  if (kind === null || kind === "other") return null;
  // A tag of its own tells whether the program made an image: one made from the cache may be an old one.
  const reference = ownTag(settings, build.randomHex);
  const env = {
    ...engine.env,
    ...engine.dockerEnv,
    COOPER_UNIT: settings.name,
    COOPER_IMAGE: reference,
    COOPER_BUILDER: choice.builder,
    COOPER_PULL: choice.pull ? "1" : "",
  };
  try {
    const onOutput = (chunk: Buffer): void => emit({ kind: "output", text: chunk.toString() });
    const ended = await runProcess([path], { cwd: settings.folder, env, signal, ownsGroup: true, onOutput });
    if (ended.exit !== 0) throw scriptFailed(path, ended.exit, ended.stderr.toString());
    return await idIfThere(engine, reference);
  } finally {
    await removeImage(engine, reference);
  }
}

async function idIfThere(engine: Engine, reference: string): Promise<string | null> {
  try {
    const { id } = await inspectImage(engine, reference);
    // The tag that made it known goes; without another the image would go with it.
    await tagImage(engine, id, reference.replace(/:cooper-build-.*$/u, ":latest"));
    return id;
  } catch (error) {
    if (isCooperError(error) && error.code === "image-unknown") return null;
    throw error;
  }
}

// An image of the unit's name at a registry would be anybody's.
function imageUnnamed({ name, folder }: UnitSettings): CooperError {
  return new CooperError("image-unnamed", `${name} has no Dockerfile, and its settings name no image.`, {
    hint: "Write a Dockerfile, or `image` in the settings.",
    where: { file: folder },
  });
}

function scriptFailed(path: string, exit: number, stderr: string): CooperError {
  const tail = stderr.trimEnd().split("\n").slice(-8).join("\n");
  return new CooperError("build-script-failed", `${path} ended with ${exit}${tail === "" ? "." : `:\n${tail}`}`, {
    hint: "It runs by hand in the unit's folder; COOPER_IMAGE is the tag of the image it may make.",
    where: { file: path },
    exit: EXIT.no,
  });
}
