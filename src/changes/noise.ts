import { matchesPattern } from "../format/tree/path-pattern.ts";

/** Paths that may differ between a recorded container and a rebuilt one without counting: the closed list of the judgement. */
export const NOISE: readonly string[] = [
  "/run/**",
  "/tmp/**",
  "/var/tmp/**",
  "/var/cache/apt/**",
  "/var/lib/apt/lists/**",
  "/var/log/**",
  "/var/cache/ldconfig/aux-cache",
  "/var/cache/debconf/**",
  "/var/cache/man/**",
  "**/.bash_history",
  "/.dockerenv",
  "/dev/**",
  "/proc/**",
  "/sys/**",
  "/etc/hostname",
  "/etc/hosts",
  "/etc/resolv.conf",
  "/etc/mtab",
  "/etc/{passwd,group,shadow,gshadow,subuid,subgid}-",
  "/etc/.pwd.lock",
  "/root/.lesshst",
  "/root/.viminfo",
  "/root/.config/**",
  "/root/.local/**",
  "**/__pycache__/**",
  "/var/lib/dpkg/lock*",
  "/var/lib/dpkg/triggers/**",
  "/var/lib/dpkg/*-old",
  "/var/lib/systemd/**",
  "/etc/ld.so.cache",
];

/** The first pattern of the list that covers the path; null when it is no noise. */
export function noiseOf(path: string, noise: readonly string[] = NOISE): string | null {
  return noise.find((pattern) => matchesPattern(pattern, path)) ?? null;
}

/** True for a path of the noise list. */
export function isNoise(path: string): boolean {
  return noiseOf(path) !== null;
}
