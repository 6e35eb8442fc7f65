import type { Reply } from "../../engine/reply.ts";
import type { Facts } from "./facts.ts";

export interface DefinedHealth {
  readonly isOff: boolean;
  /** As Compose has it: CMD or CMD-SHELL first. */
  readonly test: readonly string[];
  /** Compose's key to nanoseconds. */
  readonly times: Readonly<Record<"interval" | "timeout" | "start_period", number>>;
  readonly retries: number;
}

export interface DefinedLogging {
  readonly driver: string;
  readonly options: Readonly<Record<string, string>>;
}

/** The health check; null where it is the image's. */
export function readHealth({ config, image }: Facts): DefinedHealth | null {
  const [own, before] = [config.at("Healthcheck"), image.at("Healthcheck")];
  if (own.isNull() || JSON.stringify(own.members()) === JSON.stringify(before.members())) return null;
  const test = own.at("Test").texts();
  return {
    isOff: test[0] === "NONE",
    test,
    times: {
      interval: own.at("Interval").number(),
      timeout: own.at("Timeout").number(),
      start_period: own.at("StartPeriod").number(),
    },
    retries: own.at("Retries").number(),
  };
}

/** Where the output goes; null where the engine sends it there anyway. */
export function readLogging({ host, defaults }: Facts): DefinedLogging | null {
  const driver = host.at("LogConfig", "Type").text();
  const options = host.at("LogConfig", "Config").textMap();
  if (driver === "" || (driver === defaults.logDriver && Object.keys(options).length === 0)) return null;
  return { driver, options };
}

/** Limits by name. */
export function readUlimits({ host }: Facts): Readonly<Record<string, { readonly soft: number; readonly hard: number }>> {
  const limit = (one: Reply): readonly [string, { readonly soft: number; readonly hard: number }] => [
    one.at("Name").text(),
    { soft: one.at("Soft").number(), hard: one.at("Hard").number() },
  ];
  return Object.fromEntries(host.at("Ulimits").list().map(limit));
}
