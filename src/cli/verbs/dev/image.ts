import path from "node:path";
import { CooperError } from "../../../base/errors.ts";
import { EXIT } from "../../../base/exit-code.ts";
import { buildImage } from "../../../engine/image/build.ts";
import { findDockerCommand } from "../../../engine/image/docker-command.ts";
import { type Engine, openEngine } from "../../../engine/open-engine.ts";
import { pullImage } from "../../../engine/image/pull-image.ts";
import { imageId, sendImage } from "../../../remote/image/send-image.ts";
import { dockerHint } from "../../../remote/link/docker-there.ts";
import { sshTo } from "../../../remote/link/ssh-master.ts";
import {
  buildLine,
  type Distro,
  distroOf,
  KEY_ARGUMENT,
  OVERLAY_FILE,
  overlayName,
  overlayText,
} from "../../../remote/overlay/overlay-text.ts";
import { findPublicKey } from "../../../remote/overlay/public-key.ts";
import { engineCommand, sshAddress } from "../../../remote/session/engine-address.ts";
import { openSessionEngine } from "../../../remote/session/session-engine.ts";
import { type Session, writeSession } from "../../../remote/session/session-record.ts";
import { readTextIfThere, writeFileAtomically } from "../../../system/file/files.ts";
import { runProcess } from "../../../system/process/process.ts";
import { escapeText } from "../../../terminal/escape-text.ts";
import type { VerbContext } from "../../context.ts";
import { chosenSession, type SessionChoice } from "./session.ts";

interface OverlayOptions extends SessionChoice {
  readonly distro?: Distro;
  readonly image?: string;
  readonly force?: boolean;
}

/** `cooper dev overlay`: the Dockerfile of an image with an ssh server, in the working folder. */
export async function devOverlay(context: VerbContext, options: OverlayOptions): Promise<number> {
  const session = await settle(await chosenSession(context, options), options);
  const file = path.join(context.cwd, OVERLAY_FILE);
  const text = textFor(session);
  const there = await readTextIfThere(file);
  if (there !== null && there !== text && options.force !== true) throw overlayExists(file);
  await writeFileAtomically(file, text);
  await context.print(`${escapeText(file)}\n`);
  return EXIT.done;
}

interface BuildOptions extends OverlayOptions {
  readonly remote?: boolean;
  readonly tag?: string | undefined;
  readonly key?: string;
}

/** `cooper dev build`: the image of the overlay, on this machine's engine or on the session's. */
export async function devBuild(context: VerbContext, options: BuildOptions): Promise<number> {
  const session = await settle(await chosenSession(context, options), options);
  const { settings } = session.record;
  const dockerfile = path.join(context.cwd, OVERLAY_FILE);
  const text = (await readTextIfThere(dockerfile)) ?? textFor(session);
  await writeFileAtomically(dockerfile, text);
  const key = await findPublicKey({ env: context.env, home: context.home, file: options.key ?? settings.sshKey });
  const tag = options.tag ?? overlayName({ image: imageOf(session), session: session.record.name, registry: settings.registry });
  context.progress.emit({ kind: "progress", text: `building ${tag}` });
  await (options.remote === true
    ? buildThere(context, session, { text, tag, key })
    : buildHere(context, await ownEngine(context), { tag, key }));
  await writeSession(session.folder, { ...session.record, settings: { ...settings, built: tag } });
  context.progress.clear();
  await context.print(`${tag}\n`);
  return EXIT.done;
}

/** `cooper dev push`: the session's image goes to its engine, through the registry where one is settled, else straight. */
export async function devPush(context: VerbContext, image: string | undefined, options: SessionChoice): Promise<number> {
  const session = await chosenSession(context, options);
  const { built, registry } = session.record.settings;
  const name = image ?? built;
  if (name === null) throw nothingBuilt();
  const [from, to] = [await ownEngine(context), await openSessionEngine(session, context)];
  context.progress.emit({ kind: "progress", text: `sending ${name}` });
  const isThrough = registry !== null && name.startsWith(`${registry.replace(/\/+$/, "")}/`);
  if (isThrough) {
    await pushToRegistry(context, from, name);
    if ((await imageId(to, name)) !== (await imageId(from, name))) await pullImage(to, name, context.signal);
  }
  const isNew = isThrough || (await sendImage({ from, to, image: name, signal: context.signal }));
  context.progress.clear();
  await context.print(isNew ? `${escapeText(name)} is on ${escapeText(to.url)}\n` : `${escapeText(name)} was there already\n`);
  return EXIT.done;
}

async function settle(session: Session, { distro, image }: OverlayOptions): Promise<Session> {
  if (distro === undefined && image === undefined) return session;
  const { settings } = session.record;
  const told = { ...settings, distro: distro ?? settings.distro };
  return await writeSession(session.folder, { ...session.record, image: image ?? session.record.image, settings: told });
}

function imageOf({ record }: Session): string {
  if (record.image === null) throw noImage();
  return record.image;
}

function textFor(session: Session): string {
  const image = imageOf(session);
  const { settings, user } = session.record;
  return overlayText({ image, distro: settings.distro ?? distroOf(image), user: user ?? "root" });
}

function ownEngine({ env, home }: VerbContext): Promise<Engine> {
  return openEngine({ env, home });
}

interface Wanted {
  readonly tag: string;
  readonly key: string;
}

async function buildHere(context: VerbContext, engine: Engine, { tag, key }: Wanted): Promise<void> {
  const dockerfile = path.join(context.cwd, OVERLAY_FILE);
  const onOutput = (text: string): void => context.progress.emit({ kind: "progress", text: text.trim().split("\n").at(-1) ?? "" });
  const args = { [KEY_ARGUMENT]: key };
  await buildImage(engine, { folder: context.cwd, dockerfile, builder: "classic", tag, args, onOutput, signal: context.signal });
}

// A folder of that machine is the context there; else this one goes over to its engine.
async function buildThere(context: VerbContext, session: Session, { text, tag, key }: Wanted & { readonly text: string }): Promise<void> {
  const { engine, buildFolder } = session.record;
  const ssh = sshAddress(engine.host);
  if (ssh === null || buildFolder === null) return await buildHere(context, await openSessionEngine(session, context), { tag, key });
  const words = [engineCommand(engine.host), "build", "--tag", tag, "--build-arg", `${KEY_ARGUMENT}=${key}`, "--file", "-", "."];
  const argv = sshTo(ssh, ["-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=20"]);
  const { exit, stderr } = await runProcess([...argv, buildLine({ folder: buildFolder, words })], {
    env: context.env,
    input: text,
    signal: context.signal,
  });
  if (exit !== 0) throw failed(`docker build in ${buildFolder} of ${ssh}`, stderr, exit);
}

async function pushToRegistry({ signal }: VerbContext, engine: Engine, name: string): Promise<void> {
  const docker = await findDockerCommand("classic", engine.env);
  const { exit, stderr } = await runProcess([docker, "push", "--quiet", name], { env: { ...engine.env, ...engine.dockerEnv }, signal });
  if (exit !== 0) throw failed(`docker push ${name}`, stderr, exit);
}

function failed(what: string, stderr: Buffer, exit: number): CooperError {
  return new CooperError("docker-failed", `${what} ended with exit code ${exit}: ${stderr.toString().trim().slice(-2_000)}`, {
    hint: dockerHint(stderr.toString()),
    exit: EXIT.engine,
  });
}

function noImage(): CooperError {
  return new CooperError("image-missing", "no image was named", {
    hint: "Name it by --image IMAGE; or start one first: cooper dev run IMAGE",
    exit: EXIT.usage,
  });
}

function nothingBuilt(): CooperError {
  return new CooperError("nothing-built", "the session has no image of its own yet", {
    hint: "cooper dev build, or name an image: cooper dev push IMAGE",
    exit: EXIT.usage,
  });
}

function overlayExists(file: string): CooperError {
  return new CooperError("overlay-exists", `${file} is there already, and somebody changed it`, {
    hint: "`cooper dev build` builds it as it is; --force writes it anew.",
    exit: EXIT.usage,
  });
}
