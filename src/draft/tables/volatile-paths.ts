import { pathTest } from "./path-pattern.ts";
import type { PathTest } from "./path-pattern.ts";

/**
 * Caches, logs, locks, shells' histories: what programs make again by themselves. They never matter to a Draft. What a person
 * typed into a client is not among them: it is no noise to a Verdict, so it is brought.
 */
const MADE_AGAIN: readonly string[] = [
  "/dev/**",
  "/proc/**",
  "/sys/**",
  "/.dockerenv",
  "/etc/hostname",
  "/etc/hosts",
  "/etc/resolv.conf",
  "/etc/mtab",
  "/etc/.pwd.lock",
  "/etc/passwd-",
  "/etc/group-",
  "/etc/shadow-",
  "/etc/gshadow-",
  "/etc/subuid-",
  "/etc/subgid-",
  "/etc/ld.so.cache",
  "/var/cache/apt/**",
  "/var/cache/apk/**",
  "/var/cache/dnf/**",
  "/var/cache/yum/**",
  "/var/cache/libdnf5/**",
  "/var/cache/ldconfig/**",
  "/var/cache/debconf/**",
  "/var/cache/man/**",
  "/var/lib/apt/lists/**",
  "/var/lib/apt/periodic/**",
  "/var/lib/dnf/history.sqlite",
  "/var/lib/dnf/history.sqlite-shm",
  "/var/lib/dnf/history.sqlite-wal",
  "/var/lib/dpkg/lock",
  "/var/lib/dpkg/lock-frontend",
  "/var/lib/dpkg/status-old",
  "/var/lib/dpkg/diversions-old",
  "/var/lib/dpkg/statoverride-old",
  "/var/lib/dpkg/triggers/**",
  "/var/lib/systemd/**",
  "/var/log/**",
  "/var/lib/logrotate/**",
  "**/__pycache__",
  "**/__pycache__/**",
  "**/.bash_history",
  "**/.ash_history",
  "**/.zsh_history",
  "**/.sh_history",
  "**/.lesshst",
  "**/.viminfo",
  "**/.*.swp",
  "**/.*.swo",
  "**/.*.swx",
  "**/.zcompdump",
  "**/.sudo_as_admin_successful",
  "/root/.cache",
  "/root/.cache/**",
  "/home/*/.cache",
  "/home/*/.cache/**",
  "**/.npm/_cacache",
  "**/.npm/_cacache/**",
  "**/.npm/_logs",
  "**/.npm/_logs/**",
  "**/.npm/_update-notifier-last-checked",
  "**/.local/share/nano",
  "**/.local/share/nano/**",
  "**/.local/state",
  "**/.local/state/**",
];

/** Places for what need not last: it does not matter by itself, but a later Step that lasts may have used it. */
const SCRATCH: readonly string[] = ["/tmp/**", "/var/tmp/**", "/run/**", "/var/run/**", "/var/lock/**"];

/** True for caches, logs and the like. */
export const isMadeAgain: PathTest = pathTest(MADE_AGAIN);

/** True for temporary and run-time files. */
export const isScratch: PathTest = pathTest(SCRATCH);

/** True for package managers' caches, which a Draft clears in the same layer as it fills them. */
export const isTidied: PathTest = pathTest([
  "/var/cache/apt/**",
  "/var/lib/apt/lists/**",
  "/var/cache/apk/**",
  "/var/cache/dnf/**",
  "/var/cache/yum/**",
  "/var/cache/libdnf5/**",
  "/var/cache/debconf/**",
  "/var/cache/ldconfig/**",
  "/var/cache/man/**",
  "/var/lib/dpkg/**",
  "/var/log/**",
  "/run/**",
  "/dev/**",
  "/root/.cache/**",
  "**/.npm/_*/**",
  "**/__pycache__/**",
  "**/.*_history",
]);

/** The package managers' own records: many Steps write them, so they are compared by package and not by content. */
export const isPackageDatabase: PathTest = pathTest([
  "/var/lib/dpkg/status",
  "/var/lib/dpkg/available",
  "/var/lib/dpkg/diversions",
  "/var/lib/dpkg/statoverride",
  "/var/lib/apt/extended_states",
  "/lib/apk/db/*",
  "/usr/lib/apk/db/*",
  "/etc/apk/world",
  "/var/lib/rpm/**",
  "/usr/lib/sysimage/rpm/**",
  "/var/lib/dnf/**",
]);

/** Accounts: written line by line by many programs, never secret as a whole, never carried. */
export const isAccountDatabase: PathTest = pathTest([
  "/etc/passwd",
  "/etc/group",
  "/etc/shadow",
  "/etc/gshadow",
  "/etc/subuid",
  "/etc/subgid",
]);

/** Folders that a shell or a package manager looks programs up in. */
export const isProgramPath: PathTest = pathTest([
  "/bin/*",
  "/sbin/*",
  "/usr/bin/*",
  "/usr/sbin/*",
  "/usr/local/bin/*",
  "/usr/local/sbin/*",
  "/usr/games/*",
  "/opt/*/bin/*",
  "**/bin/*",
]);
