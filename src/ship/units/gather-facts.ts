import { resolve } from "node:path";
import { CooperError, isCooperError } from "../../base/errors.ts";
import { readEnvFile } from "../../format/compose/env-file.ts";
import { isProblem } from "../../format/compose/problem.ts";
import { listContainers } from "../../engine/container/container.ts";
import { inspectImage } from "../../engine/image/image.ts";
import { inspectNetwork } from "../../engine/network.ts";
import type { Engine } from "../../engine/open-engine.ts";
import { readTextIfThere } from "../../system/file/files.ts";
import { lookUpAddress } from "../../system/network/look-up-address.ts";
import { imageCandidates } from "../plan/make-plan.ts";
import type { PlanFacts } from "../plan/model.ts";
import { releasedImage } from "../release/released-image.ts";
import { namespaceOf } from "../settings/modes.ts";
import type { UnitSettings } from "../settings/layer.ts";
import { shipState } from "./ship-state.ts";
import type { Host, Surroundings } from "./load-host.ts";

/** Reads what a plan has to know of the engine and of this machine; changes nothing. Throws `address-unknown`, `env-file-missing`. */
export async function gatherFacts(
  engine: Engine,
  settings: UnitSettings,
  places: { readonly host: Host; readonly around: Surroundings },
): Promise<PlanFacts> {
  const { host, around } = places;
  const images = await Promise.all(
    imageCandidates(settings).map(async (reference) => [reference, await ifThere(inspectImage(engine, reference))] as const),
  );
  const namespace = namespaceOf(settings.name, settings.mode);
  const names = [namespace, ...networkNames(settings, namespace)];
  const networks = await Promise.all(names.map(async (name) => ((await ifThere(inspectNetwork(engine, name))) === null ? [] : [name])));
  return {
    home: around.home,
    env: around.env,
    volumes: host.volumes,
    testVolumes: host.testVolumes,
    images: Object.fromEntries(images.flatMap(([reference, image]) => (image === null ? [] : [[reference, image.id]]))),
    released: await releasedImage(engine, settings, shipState(host.state, engine).ledger(settings.name)),
    networks: networks.flat(),
    containers: (await listContainers(engine, { all: true })).map(({ name }) => name),
    envFiles: await Promise.all((settings.service.env_file ?? []).map((file) => readVariables(resolve(settings.folder, file), around))),
    address: await addressOf(settings),
  };
}

function networkNames({ service, definitions, mode }: UnitSettings, namespace: string): readonly string[] {
  return Object.keys(service.networks ?? {}).flatMap((key) => {
    const own = definitions.networks?.[key]?.name;
    return own === undefined ? [`${namespace}_${key}`] : [own, `${mode}-${own}`];
  });
}

async function ifThere<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (isCooperError(error) && error.code.endsWith("-unknown")) return null;
    throw error;
  }
}

async function readVariables(file: string, { env }: Surroundings): Promise<readonly [string, Readonly<Record<string, string>>]> {
  const text = await readTextIfThere(file);
  if (text === null)
    throw new CooperError("env-file-missing", `There is no file ${file}.`, {
      hint: "env_file names files beside the settings.",
      where: { file },
    });
  const read = readEnvFile(text, env);
  if (!isProblem(read)) return [file, read];
  throw new CooperError("settings-invalid", `There is ${read.problem} in this line.`, {
    hint: "It has NAME=value lines.",
    where: { file, line: Number(read["line"]) },
  });
}

async function addressOf({ cooper, name, mode }: UnitSettings): Promise<string | null> {
  const { address = "auto" } = cooper;
  // The name's address is production's.
  if (address === "auto" || mode !== "prod") return null;
  const found = await lookUpAddress(address.lookup);
  if (found !== null) return found;
  throw new CooperError("address-unknown", `${name} is to have the address of ${address.lookup}, which no name server knows.`, {
    hint: "Mend address.lookup under x-cooper, or take it away.",
  });
}
