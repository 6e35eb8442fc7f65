import { join } from "node:path";
import { messageOf } from "../../base/errors.ts";
import type { Emit } from "../../base/events.ts";
import type { Engine } from "../../engine/open-engine.ts";
import { removeIfEmpty } from "../../system/file/files.ts";
import { processName } from "../../system/process/process-name.ts";
import { containerServer } from "../mount/container-server.ts";
import type { LinkState, Mount, MountEvent } from "../mount/model.ts";
import { mountContainer } from "../mount/mount-container.ts";
import type { Session } from "../session/session-record.ts";
import { passSessionStep } from "./steps.ts";

/** The sensor's programs: for the engine's machine, and for this one where it was built. */
export interface SensorPrograms {
  readonly sensor: Uint8Array;
  readonly local: string | null;
}

export interface SessionMountOptions {
  readonly session: Session;
  readonly engine: Engine;
  readonly containerId: string;
  readonly readSensor: (engine: Engine) => Promise<SensorPrograms>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly emit: Emit;
  /** A path was changed through the mount; moved: with all that is below it. */
  readonly onEdit: (path: string, isMoved: boolean) => void;
  /** The last of some edits is a moment ago. */
  readonly onQuiet: () => void;
}

/** How the mount is. */
export interface MountStatus {
  readonly folder: string;
  readonly state: LinkState | "none";
  /** Why it is so, where it is not as it should be. */
  readonly reason: string;
}

/** Editors write a file in several steps: so long after the last one it is looked at. */
const QUIET_MS = 400;

/** The folder of the work folder that a session's container is mounted at. */
export function mountFolder({ record }: Session): string {
  return join(record.workFolder, "container");
}

/** The session's container as a folder of this machine; a session whose mount cannot be made goes on without. */
export class SessionMount {
  readonly #options: SessionMountOptions;
  #mount: Mount | null = null;
  #status: MountStatus;
  #edits: NodeJS.Timeout | null = null;
  readonly #news = new Set<string>();
  #telling: NodeJS.Timeout | null = null;

  constructor(options: SessionMountOptions) {
    this.#options = options;
    this.#status = { folder: mountFolder(options.session), state: "none", reason: "" };
  }

  get status(): MountStatus {
    return this.#status;
  }

  /** Mounts where nothing is mounted: the container may not have run when that was tried before. */
  async start(): Promise<void> {
    if (this.#status.state !== "none") return;
    const { engine, containerId, session, env, readSensor, emit } = this.#options;
    try {
      const { sensor, local } = await readSensor(engine);
      const server = { container: containerId, sensor, localSensor: local, run: `session-${session.record.name}${processName()}` };
      this.#mount = await mountContainer({
        folder: this.#status.folder,
        name: session.record.name,
        env,
        deadlineMs: session.record.settings.deadlineMs,
        guard: local,
        openServer: containerServer(engine, server),
        onEvent: (event) => this.#note(event),
        onState: (state, reason) => this.#set(state, reason),
      });
      passSessionStep("mounted");
      this.#set("linked", "");
      void this.#mount.ended.catch((error: unknown) => this.#set("none", messageOf(error)));
    } catch (error) {
      this.#set("none", messageOf(error));
      emit({
        kind: "finding",
        finding: { code: "mount-failed", message: `the container's files are no folder here: ${messageOf(error)}` },
      });
    }
  }

  /** A command that began then has changed the container: resolves when its changes are seen here. */
  async changed(since: number): Promise<void> {
    this.#mount?.dropCache();
    await this.#mount?.settled(since);
  }

  announce(paths: readonly string[]): void {
    for (const path of paths) this.#news.add(path);
    if (this.#telling === null && paths.length > 0) this.#telling = setTimeout(() => this.#tell(), QUIET_MS).unref();
  }

  async unmount(): Promise<void> {
    if (this.#edits !== null) clearTimeout(this.#edits);
    if (this.#telling !== null) clearTimeout(this.#telling);
    const mount = this.#mount;
    this.#mount = null;
    if (mount === null) return;
    await mount.unmount().catch(() => undefined);
    await removeIfEmpty(mount.folder);
  }

  // What changes several times in a moment is told once, and not while commands follow each other.
  #tell(): void {
    this.#telling = null;
    const news = [...this.#news];
    this.#news.clear();
    this.#mount?.announce(news);
  }

  #set(state: MountStatus["state"], reason: string): void {
    this.#status = { ...this.#status, state, reason };
  }

  #note(event: MountEvent): void {
    const isMoved = event.kind === "renamed";
    this.#options.onEdit(event.path, isMoved);
    if ("to" in event) this.#options.onEdit(event.to, isMoved);
    if (this.#edits !== null) clearTimeout(this.#edits);
    this.#edits = setTimeout(() => this.#options.onQuiet(), QUIET_MS);
  }
}
