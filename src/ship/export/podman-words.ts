import type { Definition } from "./definition.ts";

/** Flags that Podman's run does not have, or not beside what its generator says. */
const NOT_IN_PODMAN: ReadonlySet<string> = new Set(
  "--link --isolation --volume-driver --domainname --runtime --kernel-memory --storage-opt --cgroup-parent".split(" "),
);
const LOG_DRIVERS: ReadonlySet<string> = new Set(["json-file", "k8s-file", "journald", "none"]);
const LOG_OPTIONS: ReadonlySet<string> = new Set(["max-size", "path", "tag", "label"]);

/** What Podman can say of a definition, in its own words. */
export function saidInPodman(definition: Definition): Definition {
  const { texts, lists, maps, logging } = definition;
  return {
    ...definition,
    texts: texts.filter(({ row, value }) => !NOT_IN_PODMAN.has(row.flag) && !isEndless(row.flag, value)),
    lists: lists
      .filter(({ row }) => !NOT_IN_PODMAN.has(row.flag))
      .map(({ row, value }) => ({ row, value: row.flag === "--security-opt" ? value.map(securityWord) : value.filter(isSaid) })),
    maps: maps.filter(({ row }) => !NOT_IN_PODMAN.has(row.flag)),
    logging:
      logging === null || !LOG_DRIVERS.has(logging.driver)
        ? null
        : { ...logging, options: Object.fromEntries(Object.entries(logging.options).filter(([name]) => LOG_OPTIONS.has(name))) },
  };
}

/** Names of what it cannot. */
export function leftOfQuadlet(definition: Definition): readonly string[] {
  const { texts, lists, maps, mounts, devices, logging, left } = definition;
  const rows = [...texts.map(({ row }) => row), ...lists.map(({ row }) => row), ...maps.map(({ row }) => row)];
  return [
    ...left,
    ...rows.filter(({ flag }) => NOT_IN_PODMAN.has(flag)).map(({ flag }) => flag),
    ...texts.filter(({ row, value }) => isEndless(row.flag, value)).map(({ row }) => row.flag),
    ...texts.filter(({ row, value }) => row.key === "restart" && value.includes(":")).map(({ value }) => `restart: the count of ${value}`),
    ...lists.flatMap(({ row, value }) => (row.flag === "--security-opt" ? [] : value.filter((one) => !isSaid(one)))),
    ...(devices.gpus.length > 0 ? ["--gpus"] : []),
    ...leftOfLogging(logging),
    ...mounts.flatMap((mount) => mount.left),
  ];
}

function leftOfLogging(logging: Definition["logging"]): readonly string[] {
  if (logging === null) return [];
  if (!LOG_DRIVERS.has(logging.driver)) return [`logging: ${logging.driver}`];
  return Object.keys(logging.options).flatMap((name) => (LOG_OPTIONS.has(name) ? [] : [`logging: ${name}`]));
}

function isEndless(flag: string, value: string): boolean {
  return flag === "--stop-timeout" && value === "-1";
}

/** Podman 4 knows the engine's machine by another name, which stands in its own hosts file. */
function isSaid(value: string): boolean {
  return !value.endsWith(":host-gateway");
}

function securityWord(option: string): string {
  return option === "systempaths=unconfined" ? "unmask=ALL" : option;
}
