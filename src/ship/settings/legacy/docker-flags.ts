import type { LegacyValues } from "./legacy-file.ts";

type Parts = Readonly<Record<string, unknown>>;
type FlagRow = (value: string) => Parts;

const list =
  (key: string): FlagRow =>
  (value) => ({ [key]: [value] });
const plain =
  (key: string): FlagRow =>
  (value) => ({ [key]: value });
const pair =
  (key: string, separator = "="): FlagRow =>
  (value) => {
    const at = value.indexOf(separator);
    return { [key]: { [value.slice(0, at < 0 ? undefined : at)]: at < 0 ? null : value.slice(at + 1) } };
  };

const ofDevice =
  (key: string, member: string): FlagRow =>
  (value) => {
    const at = value.lastIndexOf(":");
    return { blkio_config: { [key]: [{ path: value.slice(0, at), [member]: value.slice(at + 1) }] } };
  };

/** Flags of `docker run` with a value, and what they are in Compose. */
const VALUED: Readonly<Record<string, FlagRow>> = {
  "--add-host": pair("extra_hosts", ":"),
  "--blkio-weight": (value) => ({ blkio_config: { weight: value } }),
  "--blkio-weight-device": ofDevice("weight_device", "weight"),
  "--cap-add": list("cap_add"),
  "--cap-drop": list("cap_drop"),
  "--cgroup-parent": plain("cgroup_parent"),
  "--cgroupns": plain("cgroup"),
  "--cpu-period": plain("cpu_period"),
  "--cpu-quota": plain("cpu_quota"),
  "--cpu-shares": plain("cpu_shares"),
  "--cpus": plain("cpus"),
  "--cpuset-cpus": plain("cpuset"),
  "--device": list("devices"),
  "--device-cgroup-rule": list("device_cgroup_rules"),
  "--device-read-bps": ofDevice("device_read_bps", "rate"),
  "--device-read-iops": ofDevice("device_read_iops", "rate"),
  "--device-write-bps": ofDevice("device_write_bps", "rate"),
  "--device-write-iops": ofDevice("device_write_iops", "rate"),
  "--dns": list("dns"),
  "--dns-option": list("dns_opt"),
  "--dns-search": list("dns_search"),
  "--domainname": plain("domainname"),
  "--entrypoint": (value) => ({ entrypoint: [value] }),
  "--env": pair("environment"),
  "--env-file": list("env_file"),
  "--expose": list("expose"),
  "--group-add": list("group_add"),
  "--hostname": plain("hostname"),
  "--ipc": plain("ipc"),
  "--label": pair("labels"),
  "--log-driver": (value) => ({ logging: { driver: value } }),
  "--log-opt": (value) => ({ logging: { options: pair("x")(value)["x"] } }),
  "--memory": plain("mem_limit"),
  "--memory-reservation": plain("mem_reservation"),
  "--memory-swap": plain("memswap_limit"),
  "--memory-swappiness": plain("mem_swappiness"),
  "--oom-score-adj": plain("oom_score_adj"),
  "--pid": plain("pid"),
  "--pids-limit": plain("pids_limit"),
  "--publish": list("ports"),
  "--restart": plain("restart"),
  "--runtime": plain("runtime"),
  "--security-opt": list("security_opt"),
  "--shm-size": plain("shm_size"),
  "--stop-signal": plain("stop_signal"),
  "--stop-timeout": (value) => ({ stop_grace_period: `${value}s` }),
  "--sysctl": pair("sysctls"),
  "--tmpfs": list("tmpfs"),
  "--ulimit": (value) => {
    const [name = "", limits = ""] = value.split("=");
    const [soft, hard = soft] = limits.split(":");
    return { ulimits: { [name]: { soft, hard } } };
  },
  "--user": plain("user"),
  "--userns": plain("userns_mode"),
  "--uts": plain("uts"),
  "--volume": list("volumes"),
  "--volumes-from": (value) => ({ volumes_from: [`container:${value}`] }),
  "--workdir": plain("working_dir"),
};

const BARE: Readonly<Record<string, Parts>> = {
  "--init": { init: true },
  "--read-only": { read_only: true },
  "--tty": { tty: true },
  "--interactive": { stdin_open: true },
  "--oom-kill-disable": { oom_kill_disable: true },
  "--rm": {},
  "--detach": {},
};

const SHORT: Readonly<Record<string, string>> = {
  "-c": "--cpu-shares",
  "-e": "--env",
  "-h": "--hostname",
  "-l": "--label",
  "-m": "--memory",
  "-p": "--publish",
  "-u": "--user",
  "-v": "--volume",
  "-w": "--workdir",
  "-t": "--tty",
  "-i": "--interactive",
  "-d": "--detach",
  "--net": "--network",
};

/** Raw flags of `docker run` as parts of a Compose service; one that is not known is an error. */
export function convertFlags(words: readonly string[], legacy: LegacyValues, key: string): readonly Parts[] {
  const parts: Parts[] = [];
  for (let index = 0; index < words.length; index++) {
    const [, name = "", attached] = /^(-[a-z]|--[a-z-]+)(?:=(.*))?$/su.exec(words[index] ?? "") ?? [];
    const flag = SHORT[name] ?? name;
    const bare = BARE[flag];
    const row = VALUED[flag];
    if (bare !== undefined) parts.push(bare);
    else if (row === undefined) throw legacy.fail(key, `"${words[index] ?? ""}" is no flag of docker run that is known here.`);
    else {
      const value = attached ?? words[++index];
      if (value === undefined) throw legacy.fail(key, `${flag} has no value.`);
      parts.push(row(value));
    }
  }
  return parts;
}
