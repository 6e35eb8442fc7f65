import type { Mount } from "../../format/compose/mount.ts";
import { printPort } from "../../format/compose/port.ts";
import { isSecretName } from "../../format/secret/secret-name.ts";
import { isSecretValue } from "../../format/secret/secret-value.ts";
import { joinWords } from "../../format/shell/quote.ts";
import { blockFlags } from "../settings/block-flags.ts";
import type { Plan, PlannedContainer } from "./model.ts";

type Flags = readonly (readonly string[])[];

/** The words of the `docker run` that makes the planned container. Secret-looking variables have their names alone: docker takes their values from its environment. */
export function dockerRun(plan: Plan): readonly string[] {
  const { container } = plan;
  const [program, ...rest] = container.entrypoint ?? [];
  const flags: Flags = [
    plan.isAttached ? ["--interactive", "--rm"] : ["--detach"],
    ["--name", container.name],
    ...textFlags(plan.isAttached ? { ...container, stdin_open: false } : container),
    ...listFlags(container),
    ...blockFlags(container.blkio_config ?? {}),
    ...mapFlags(container),
    ...healthFlags(container),
    ...container.networks
      .slice(0, 1)
      .flatMap(({ name, address, aliases }) => [
        ["--network", name],
        ...(address === null ? [] : [["--ip", address]]),
        ...aliases.map((alias) => ["--network-alias", alias]),
      ]),
    ...container.ports.map((port) => ["--publish", printPort(port)]),
    ...container.mounts.map((mount) => ["--mount", mountText(mount)]),
    ...(program === undefined ? [] : [["--entrypoint", program]]),
  ];
  return ["docker", "run", ...flags.flat(), plan.image.reference, ...rest, ...(container.command ?? [])];
}

function textFlags(container: PlannedContainer): Flags {
  const { stop_grace_period: grace, logging } = container;
  const values: Readonly<Record<string, string | number | undefined>> = {
    "--hostname": container.hostname,
    "--domainname": container.domainname,
    "--user": container.user,
    "--workdir": container.working_dir,
    "--restart": container.restart,
    ...limitValues(container),
    "--pid": container.pid,
    "--ipc": container.ipc,
    "--userns": container.userns_mode,
    "--uts": container.uts,
    "--cgroupns": container.cgroup,
    "--cgroup-parent": container.cgroup_parent,
    "--runtime": container.runtime,
    "--stop-signal": container.stop_signal,
    "--stop-timeout": grace === undefined ? undefined : Math.ceil(grace / 1000),
    "--log-driver": logging?.driver,
  };
  const bare = {
    "--init": container.init,
    "--oom-kill-disable": container.oom_kill_disable,
    "--read-only": container.read_only,
    "--tty": container.tty,
    "--interactive": container.stdin_open,
  };
  return [
    ...Object.entries(values).flatMap(([flag, value]) => (value === undefined ? [] : [[flag, String(value)]])),
    ...Object.entries(bare).flatMap(([flag, value]) => (value === true ? [[flag]] : [])),
  ];
}

function limitValues(container: PlannedContainer): Readonly<Record<string, string | number | undefined>> {
  return {
    "--memory": container.mem_limit,
    "--memory-reservation": container.mem_reservation,
    "--memory-swap": container.memswap_limit,
    "--memory-swappiness": container.mem_swappiness,
    "--oom-score-adj": container.oom_score_adj,
    "--cpus": container.cpus,
    "--cpuset-cpus": container.cpuset,
    "--cpu-shares": container.cpu_shares,
    "--cpu-period": container.cpu_period,
    "--cpu-quota": container.cpu_quota,
    "--pids-limit": container.pids_limit,
    "--shm-size": container.shm_size,
  };
}

function listFlags(container: PlannedContainer): Flags {
  const values: Readonly<Record<string, readonly string[] | undefined>> = {
    "--cap-add": container.cap_add,
    "--cap-drop": container.cap_drop,
    "--security-opt": container.security_opt,
    "--device": container.devices,
    "--device-cgroup-rule": container.device_cgroup_rules,
    "--group-add": container.group_add,
    "--dns": container.dns,
    "--dns-search": container.dns_search,
    "--dns-option": container.dns_opt,
    "--expose": container.expose,
    "--volumes-from": container.volumes_from,
    "--tmpfs": container.tmpfs,
  };
  return Object.entries(values).flatMap(([flag, list]) => (list ?? []).map((value) => [flag, value]));
}

function mapFlags(container: PlannedContainer): Flags {
  const pairs = (flag: string, map: Readonly<Record<string, string | null>> | undefined, separator = "="): Flags =>
    Object.entries(map ?? {}).map(([name, value]) => [flag, value === null ? name : `${name}${separator}${value}`]);
  const environment = Object.fromEntries(
    Object.entries(container.environment).map(([name, value]) => [name, isSecretName(name) || isSecretValue(value) ? null : value]),
  );
  return [
    ...pairs("--env", environment),
    ...pairs("--label", container.labels),
    ...pairs("--add-host", container.extra_hosts, ":"),
    ...pairs("--sysctl", container.sysctls),
    ...pairs("--log-opt", container.logging?.options),
    ...Object.entries(container.ulimits ?? {}).map(([name, { soft, hard }]) => ["--ulimit", `${name}=${soft}:${hard}`]),
  ];
}

function healthFlags({ healthcheck }: PlannedContainer): Flags {
  if (healthcheck === undefined) return [];
  if (healthcheck.disable === true || healthcheck.test?.[0] === "NONE") return [["--no-healthcheck"]];
  const [kind, ...words] = healthcheck.test ?? [];
  const values: Readonly<Record<string, string | undefined>> = {
    // docker run has the form for a shell alone.
    "--health-cmd": kind === undefined ? undefined : kind === "CMD" ? joinWords(words) : words.join(" "),
    "--health-interval": milliseconds(healthcheck.interval),
    "--health-timeout": milliseconds(healthcheck.timeout),
    "--health-start-period": milliseconds(healthcheck.start_period),
    "--health-retries": healthcheck.retries === undefined ? undefined : String(healthcheck.retries),
  };
  return Object.entries(values).flatMap(([flag, value]) => (value === undefined ? [] : [[flag, value]]));
}

function milliseconds(value: number | undefined): string | undefined {
  return value === undefined ? undefined : `${value}ms`;
}

/** The flag is read as comma-separated values: a field with a comma or a quote stands in quotes. */
function mountText(mount: Mount): string {
  const fields = [
    `type=${mount.type}`,
    ...(mount.source === null ? [] : [`source=${mount.source}`]),
    `target=${mount.target}`,
    ...(mount.read_only ? ["readonly"] : []),
    ...(mount.propagation === null ? [] : [`bind-propagation=${mount.propagation}`]),
    ...(mount.nocopy ? ["volume-nocopy=true"] : []),
    ...(mount.size === null ? [] : [`tmpfs-size=${mount.size}`]),
    ...(mount.mode === null ? [] : [`tmpfs-mode=${mount.mode}`]),
  ];
  return fields.map((field) => (/[",\n]/u.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(",");
}
