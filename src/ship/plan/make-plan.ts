import { posix } from "node:path";
import { CooperError } from "../../base/errors.ts";
import type { Mount } from "../../format/compose/mount.ts";
import { namespaceOf } from "../settings/modes.ts";
import type { UnitSettings } from "../settings/layer.ts";
import type { Plan, PlanFacts, PlannedContainer, PlanStep } from "./model.ts";
import { mountOver, noMount } from "./mount-over.ts";
import { planMounts } from "./plan-mounts.ts";
import { planReplacement } from "./plan-replacement.ts";
import { planNetworks, planPorts } from "./plan-networks.ts";

/** What an instance of the unit needs of the engine; throws where it would not be apart from production, or lacks a secret. */
export function makePlan(settings: UnitSettings, facts: PlanFacts): Plan {
  const name = instanceName(settings);
  const namespace = namespaceOf(settings.name, settings.mode);
  const mounts = planMounts(settings, facts, namespace);
  const network = planNetworks(settings, facts, namespace);
  const { reference, id } = facts.released ?? chooseImage(settings, facts);
  const steps = [
    ...network.steps,
    ...mounts.flatMap((mount) => mount.steps),
    ...provisionSteps(
      settings,
      mounts.map(({ mount }) => mount),
    ),
    ...secretSteps(settings, facts),
  ];
  const container = planContainer(settings, facts, {
    name,
    reference,
    mounts: mounts.map(({ mount }) => mount),
    networks: network.networks,
  });
  return {
    unit: settings.name,
    mode: settings.mode,
    image: { reference, id },
    after: settings.cooper.after ?? [],
    replaces: facts.containers.includes(name),
    isAttached: settings.cooper.attach ?? settings.mode !== "prod",
    steps,
    container,
    replacement: planReplacement(container, settings),
  };
}

/** The name of the container. The prefix of a mode cannot be taken away by a file, and no other name begins so: two instances must never have one name. */
export function instanceName({ service, name, mode }: UnitSettings): string {
  const own = service.container_name ?? name;
  const taken = [name, own].find((one) => /^(test|dev)-/u.test(one) && !(mode !== "prod" && one === own && one !== name));
  if (taken !== undefined) {
    throw new CooperError("mode-not-isolated", `${taken} is the name of another unit's instance beside production.`, {
      hint: "Choose a name that does not begin with test- or dev-.",
    });
  }
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/u.test(own)) {
    throw new CooperError("unit-name-malformed", `A container cannot be called "${own}".`, {
      hint: "Letters and digits, with . _ - between them, at least two: rename the unit's folder, or write `container_name` in the settings.",
    });
  }
  return mode === "prod" ? own : `${mode}-${own}`;
}

/** The references that the image of the settings can have, the preferred first. */
export function imageCandidates({ service, cooper, name }: Pick<UnitSettings, "service" | "cooper" | "name">): readonly string[] {
  const image = service.image ?? name;
  return [...(cooper.repositories ?? []).map((repository) => `${repository}/${image}`), image];
}

function chooseImage(settings: UnitSettings, { images }: PlanFacts): Plan["image"] {
  const candidates = imageCandidates(settings);
  const reference = candidates.find((one) => images[one] !== undefined) ?? candidates[0] ?? settings.name;
  return { reference, id: images[reference] ?? null };
}

type Parts = Pick<PlannedContainer, "name" | "mounts" | "networks"> & { readonly reference: string };

function planContainer(settings: UnitSettings, facts: PlanFacts, { reference, ...parts }: Parts): PlannedContainer {
  const {
    build: _,
    container_name: __,
    env_file: ___,
    volumes: ____,
    network_mode: _____,
    secrets: ______,
    hostname: _______,
    ...service
  } = settings.service;
  const isProd = settings.mode === "prod";
  refuseShared(settings);
  return {
    ...service,
    ...parts,
    image: reference,
    ...hostNameOf(settings, parts),
    ...(isProd ? {} : { restart: "no" }),
    ...(service.security_opt === undefined ? {} : { security_opt: service.security_opt.map((one) => withProfile(one, settings)) }),
    environment: planEnvironment(settings, facts),
    ports: planPorts(settings),
    labels: { ...service.labels, "cooper.unit": settings.name, "cooper.mode": settings.mode },
  };
}

/** Longest name of a host that the kernel takes, in bytes (HOST_NAME_MAX). */
const LONGEST_HOST_NAME = 64;

/** In the network of another container, the name is that one's, and with the machine's names the machine's; what is too long for one, the engine names itself. */
function hostNameOf(
  { service, mode, ownKeys }: UnitSettings,
  { name, networks }: Pick<Parts, "name" | "networks">,
): { readonly hostname?: string } {
  if (networks[0]?.name.startsWith("container:") === true || service.uts !== undefined) return {};
  const own = mode === "prod" || ownKeys.has("hostname") ? service.hostname : undefined;
  if (own !== undefined) return { hostname: own };
  return Buffer.byteLength(name) > LONGEST_HOST_NAME ? {} : { hostname: name };
}

/** Beside production, nothing of another container's is there unless the mode itself says so. */
function refuseShared({ service, mode, name, ownKeys }: UnitSettings): void {
  const isShared = {
    volumes_from: (service.volumes_from ?? []).length > 0,
    pid: service.pid?.startsWith("container:") === true,
    ipc: service.ipc?.startsWith("container:") === true,
  };
  const shared = Object.entries(isShared).find(([key, is]) => is && !ownKeys.has(key));
  if (mode === "prod" || shared === undefined) return;
  throw new CooperError("mode-not-isolated", `The ${mode} instance of ${name} would share with a container of production: ${shared[0]}.`, {
    hint: `Write another ${shared[0]} for this mode (or !reset).`,
  });
}

/** A profile is a file beside the settings. */
function withProfile(option: string, { folder }: UnitSettings): string {
  const file = /^seccomp[=:](?!unconfined$|builtin$)(.+)$/su.exec(option)?.[1];
  return file === undefined ? option : `seccomp=${posix.resolve(folder, file)}`;
}

/** Files first, then the settings' own; a name alone takes the value that it has here, or is left out. */
function planEnvironment({ service }: UnitSettings, { envFiles, env }: PlanFacts): Readonly<Record<string, string>> {
  const files = envFiles.reduce<Record<string, string>>((all, [, variables]) => ({ ...all, ...variables }), {});
  const own = Object.entries(service.environment ?? {}).flatMap(([name, value]) => {
    const found = value ?? env[name];
    return found === undefined ? [] : [[name, found] as const];
  });
  return { ...files, ...Object.fromEntries(own) };
}

function provisionSteps({ cooper, mode, name }: UnitSettings, mounts: readonly Mount[]): readonly PlanStep[] {
  const wanted = (cooper.provision ?? []).filter(({ only }) => only === undefined || only.includes(mode));
  for (const { path } of wanted) {
    const mount = mountOver(path, mounts);
    if (mount === null || mount.source === null || mount.type === "tmpfs") throw noMount(path, name);
  }
  return wanted.map(({ path, kind, owner = null, group = null, mode: bits = null, content }) => ({
    act: "provision",
    path,
    kind,
    owner,
    group,
    mode: bits,
    content: content === undefined ? null : "text" in content ? "text" : "file" in content ? "file" : "command",
  }));
}

function secretSteps({ service, definitions, name }: UnitSettings, { env }: PlanFacts): readonly PlanStep[] {
  return (service.secrets ?? []).map((secret): PlanStep => {
    const source = definitions.secrets?.[secret.source] ?? {};
    const target = ("target" in secret ? secret.target : undefined) ?? secret.source;
    const own = "x-cooper" in source ? source["x-cooper"] : undefined;
    const from = own === undefined ? (source.file === undefined ? "environment" : "file") : "command" in own ? "command" : "prompt";
    if (from === "environment" && env[source.environment ?? ""] === undefined) {
      throw new CooperError("secret-unset", `${name} needs the secret ${secret.source}, and ${source.environment ?? ""} is not set.`, {
        hint: `Set ${source.environment ?? "it"} in the environment.`,
      });
    }
    return { act: "give-secret", name: secret.source, from, target: target.startsWith("/") ? target : `/run/secrets/${target}` };
  });
}
