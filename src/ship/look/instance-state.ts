import { type ContainerInfo, type ContainerSummary, inspectContainer } from "../../engine/container/container.ts";
import { isCooperError } from "../../base/errors.ts";
import { listImages } from "../../engine/image/list-images.ts";
import type { Engine } from "../../engine/open-engine.ts";
import { imageCandidates } from "../plan/make-plan.ts";
import { imageNamesToSeek } from "../release/image-names.ts";
import type { Mode } from "../settings/modes.ts";
import { containerOf, type Instance } from "./instance.ts";

/** How an instance is on one engine. */
export interface InstanceState {
  readonly unit: string | null;
  readonly mode: Mode | null;
  readonly name: string;
  /** Null where it has no container. */
  readonly id: string | null;
  /** As the engine says ("running", "exited", …); "absent" without a container. */
  readonly state: string;
  readonly health: string | null;
  readonly exitCode: number | null;
  readonly startedAt: string | null;
  readonly pid: number | null;
  readonly image: string | null;
  readonly imageId: string | null;
  /** False where the image's name leads to another image by now; null where that cannot be told. */
  readonly isCurrent: boolean | null;
  readonly ip: string | null;
  readonly networks: Readonly<Record<string, string>>;
  /** "0.0.0.0:8080->80/tcp". */
  readonly ports: readonly string[];
}

/** How instances are on an engine; a container that ends meanwhile is absent. */
export async function readStates(
  engine: Engine,
  instances: readonly Instance[],
  containers: readonly ContainerSummary[],
): Promise<readonly InstanceState[]> {
  const ids = new Map((await listImages(engine)).flatMap(({ id, tags }) => tags.map((tag) => [tag, id] as const)));
  return Promise.all(
    instances.map(async (instance) => {
      const summary = containerOf(instance, containers);
      const container = summary === null ? null : await inspectIfThere(engine, summary.id);
      return stateOf(instance, container, ids);
    }),
  );
}

async function inspectIfThere(engine: Engine, id: string): Promise<ContainerInfo | null> {
  try {
    return await inspectContainer(engine, id);
  } catch (error) {
    if (isCooperError(error) && error.code === "container-unknown") return null;
    throw error;
  }
}

function stateOf(instance: Instance, container: ContainerInfo | null, ids: ReadonlyMap<string, string>): InstanceState {
  const { unit, mode, name } = instance;
  const image = wantedImage(instance, ids);
  if (container === null) {
    const nothing = { health: null, exitCode: null, startedAt: null, pid: null, isCurrent: null, ip: null, networks: {}, ports: [] };
    return { unit, mode, name, id: null, state: "absent", image, imageId: null, ...nothing };
  }
  const { state, networkSettings, imageId } = container;
  const current = ids.get(image ?? withTag(container.image));
  return {
    unit,
    mode,
    name: container.name,
    id: container.id,
    state: state.status,
    health: state.health,
    exitCode: state.running ? null : state.exitCode,
    startedAt: state.startedAt.startsWith("0001-") ? null : state.startedAt,
    pid: state.pid > 0 ? state.pid : null,
    image: image ?? container.image,
    imageId,
    isCurrent: current === undefined ? null : current === imageId,
    ip: networkSettings.ip === "" ? null : networkSettings.ip,
    networks: networkSettings.networks,
    ports: Object.entries(networkSettings.ports).flatMap(([port, addresses]) => addresses.map((address) => `${address}->${port}`)),
  };
}

/** What was released of an image from elsewhere; else what the settings say, of several repositories the first that has it here. */
function wantedImage({ known }: Instance, ids: ReadonlyMap<string, string>): string | null {
  if (known === null || known.settings === null) return null;
  const { settings } = known;
  const candidates = imageCandidates(settings);
  if (settings.service.build === undefined) {
    const names = imageNamesToSeek(settings);
    const released = settings.mode === "prod" ? names?.live : names?.latest;
    if (released !== undefined && ids.has(released)) return released;
  }
  return candidates.find((one) => ids.has(one)) ?? candidates[0] ?? null;
}

function withTag(reference: string): string {
  return /[@]|:[^/]*$/u.test(reference) ? reference : `${reference}:latest`;
}

/** True for an instance that does its work: it runs, and its health check (where it has one) does not say otherwise. */
export function isUp({ state, health }: InstanceState): boolean {
  return state === "running" && health !== "unhealthy";
}
