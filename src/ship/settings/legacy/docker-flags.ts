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

/** Flags of `docker run` with a value, and what they are in Compose. */
const VALUED: Readonly<Record<string, FlagRow>> = {
  "--add-host": pair("extra_hosts", ":"),
  "--cap-add": list("cap_add"),
  "--cap-drop": list("cap_drop"),
  "--cpus": plain("cpus"),
  "--device": list("devices"),
  "--dns": list("dns"),
  "--dns-search": list("dns_search"),
  "--domainname": plain("domainname"),
  "--entrypoint": (value) => ({ entrypoint: [value] }),
  "--env": pair("environment"),
  "--env-file": list("env_file"),
  "--group-add": list("group_add"),
  "--hostname": plain("hostname"),
  "--ipc": plain("ipc"),
  "--label": pair("labels"),
  "--log-driver": (value) => ({ logging: { driver: value } }),
  "--log-opt": (value) => ({ logging: { options: pair("x")(value)["x"] } }),
  "--memory": plain("mem_limit"),
  "--pid": plain("pid"),
  "--pids-limit": plain("pids_limit"),
  "--publish": list("ports"),
  "--restart": plain("restart"),
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
  "--volume": list("volumes"),
  "--workdir": plain("working_dir"),
};

const BARE: Readonly<Record<string, Parts>> = {
  "--init": { init: true },
  "--read-only": { read_only: true },
  "--tty": { tty: true },
  "--interactive": { stdin_open: true },
  "--rm": {},
  "--detach": {},
};

const SHORT: Readonly<Record<string, string>> = {
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
