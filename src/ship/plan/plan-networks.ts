import { CooperError } from "../../base/errors.ts";
import type { Port } from "../../format/compose/port.ts";
import type { UnitSettings } from "../settings/layer.ts";
import type { PlanFacts, PlannedContainer, PlanStep } from "./model.ts";

interface PlannedNetworks {
  readonly networks: PlannedContainer["networks"];
  readonly steps: readonly PlanStep[];
}

/** The networks of the container; beside production its own one, unless the mode says otherwise. Throws `mode-not-isolated`. */
export function planNetworks(settings: UnitSettings, facts: PlanFacts, namespace: string): PlannedNetworks {
  const { service, mode } = settings;
  const isOwn = mode !== "prod" && !settings.ownKeys.has("networks") && !settings.ownKeys.has("network_mode");
  if (isOwn && service.network_mode !== "none") return ownNetwork(settings, facts, namespace);
  if (service.network_mode !== undefined && !(settings.ownKeys.has("networks") && !settings.ownKeys.has("network_mode")))
    return byMode(service.network_mode, settings);
  return named(settings, facts, namespace);
}

function ownNetwork({ service }: UnitSettings, facts: PlanFacts, namespace: string): PlannedNetworks {
  const aliases = Object.values(service.networks ?? {}).flatMap((options) => ("aliases" in options ? (options.aliases ?? []) : []));
  return {
    networks: [{ name: namespace, address: null, aliases: [...new Set(aliases)] }],
    steps: facts.networks.includes(namespace) ? [] : [{ act: "make-network", name: namespace, internal: false, subnet: null }],
  };
}

function byMode(networkMode: string, { mode, name }: UnitSettings): PlannedNetworks {
  if (mode !== "prod" && /^(host$|container:|service:)/u.test(networkMode)) {
    throw new CooperError(
      "mode-not-isolated",
      `The ${mode} instance of ${name} would be in the network of ${networkMode}, where production's is.`,
      {
        hint: "Write another network_mode or networks for this mode.",
      },
    );
  }
  if (networkMode.startsWith("service:"))
    throw new CooperError("settings-invalid", `network_mode: ${networkMode} names another service.`, {
      hint: "A unit has one service; write container:NAME.",
    });
  return { networks: [{ name: networkMode, address: null, aliases: [] }], steps: [] };
}

function named(settings: UnitSettings, facts: PlanFacts, namespace: string): PlannedNetworks {
  const entries = Object.entries(settings.service.networks ?? {});
  if (entries.length === 0) return { networks: [{ name: "bridge", address: facts.address, aliases: [] }], steps: [] };
  const networks = entries.map(([key, options], index) => {
    const { ipv4_address: address = null, aliases = [] } = { ipv4_address: undefined, aliases: undefined, ...options };
    const place = placeOf(key, settings, namespace);
    return { key, ...place, network: { name: place.name, address: address ?? (index === 0 ? facts.address : null), aliases } };
  });
  const missing = networks.filter(({ isOurs, name }) => isOurs && !facts.networks.includes(name));
  return {
    networks: networks.map(({ network }) => network),
    steps: missing.map(({ key, name }) => {
      const { internal = false, ipam } = settings.definitions.networks?.[key] ?? {};
      return { act: "make-network", name, internal, subnet: ipam?.config?.[0]?.subnet ?? null };
    }),
  };
}

// Compose too puts the project's name before a network's.
function placeOf(key: string, { definitions, mode }: UnitSettings, namespace: string): { readonly name: string; readonly isOurs: boolean } {
  const defined = definitions.networks?.[key];
  if (defined?.external === true) return { name: defined.name ?? key, isOurs: false };
  if (defined?.name === undefined) return { name: `${namespace}_${key}`, isOurs: true };
  return { name: mode === "prod" ? defined.name : `${mode}-${defined.name}`, isOurs: true };
}

/** Where the ports are reached: production's where it says, those beside it shifted or free. */
export function planPorts({ service, mode, cooper, name }: UnitSettings): readonly Port[] {
  const ports = service.ports ?? [];
  const offset = cooper.port_offset ?? "auto";
  if (mode === "prod") return ports;
  return ports.map((port) => {
    if (port.published === null || offset === "auto") return { ...port, published: null };
    const published = port.published + offset;
    if (published >= 1 && published <= 65_535 && offset !== 0) return { ...port, published };
    const why = offset === 0 ? "is production's own" : "is no port";
    throw new CooperError("mode-not-isolated", `The port ${port.published} of ${name}, shifted by ${offset}, ${why}.`, {
      hint: "Choose another port_offset, or auto.",
    });
  });
}
