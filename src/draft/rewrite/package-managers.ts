/** What a package manager's sub-command does; "fetch" needs the index too, and installs nothing. */
export type ManagerVerb = "install" | "fetch" | "refresh" | "remove" | "clean";

/** How one package manager is made to run alone and to leave no cache. See docs/guide/package-managers.md. */
export interface PackageManager {
  readonly name: string;
  readonly programs: readonly string[];
  /** The program to call instead of one that warns in scripts, with its sub-commands. */
  readonly rename: Readonly<Record<string, string>>;
  readonly renameVerbs: Readonly<Record<string, string>>;
  readonly verbs: Readonly<Record<string, ManagerVerb>>;
  /** The option that answers yes to each kind of sub-command, and what tells that it is there already. */
  readonly yes: Readonly<Partial<Record<ManagerVerb, string>>>;
  readonly hasYes: RegExp;
  /** True: the option goes before the sub-command. */
  readonly isYesFirst: boolean;
  readonly environment: string | null;
  /** The option of `install` that keeps no cache, and what tells that it is there already. */
  readonly noCache: string | null;
  readonly hasNoCache: RegExp;
  /** The index refresh that must stand in the layer of an install. */
  readonly refresh: string | null;
  /** Commands at the end of the layer. */
  readonly cleanup: readonly string[];
  /** Folders that BuildKit can keep outside the image. */
  readonly caches: readonly string[];
  /** Cleaning commands that people type and that the clean-up makes needless. */
  readonly cleaned: RegExp;
}

const NEVER = /(?!)/;

const APT_VERBS: PackageManager["verbs"] = {
  install: "install",
  reinstall: "install",
  upgrade: "install",
  "dist-upgrade": "install",
  "full-upgrade": "install",
  "build-dep": "install",
  satisfy: "install",
  download: "fetch",
  source: "fetch",
  changelog: "fetch",
  update: "refresh",
  remove: "remove",
  purge: "remove",
  autoremove: "remove",
  autopurge: "remove",
  clean: "clean",
  autoclean: "clean",
};

const NODE_VERBS: PackageManager["verbs"] = {
  install: "install",
  i: "install",
  ci: "install",
  add: "install",
  update: "install",
};

const PLAIN = {
  rename: {},
  renameVerbs: {},
  yes: {},
  hasYes: NEVER,
  isYesFirst: false,
  environment: null,
  noCache: null,
  hasNoCache: NEVER,
  refresh: null,
  cleanup: [],
  caches: [],
  cleaned: NEVER,
} as const;

/** All package managers that are known, by their programs' names. */
export const PACKAGE_MANAGERS: readonly PackageManager[] = [
  {
    ...PLAIN,
    name: "apt",
    programs: ["apt-get", "apt", "aptitude"],
    rename: { apt: "apt-get" },
    renameVerbs: { "full-upgrade": "dist-upgrade" },
    verbs: APT_VERBS,
    yes: { install: "-y", remove: "-y" },
    hasYes: /^(?:--yes|--assume-yes|-[a-zA-Z]*y[a-zA-Z]*|-qq|-[a-z]*qq)$/,
    environment: "DEBIAN_FRONTEND=noninteractive",
    refresh: "apt-get update",
    cleanup: ["apt-get clean", "rm -rf /var/lib/apt/lists/*"],
    caches: ["/var/cache/apt", "/var/lib/apt/lists"],
    cleaned: /^rm (?:-\w+ )+\/var\/(?:lib\/apt\/lists|cache\/apt(?:\/archives)?)\/?\*?$/,
  },
  {
    ...PLAIN,
    name: "apk",
    programs: ["apk"],
    verbs: { add: "install", upgrade: "install", update: "refresh", del: "remove" },
    noCache: "--no-cache",
    hasNoCache: /^--no-cache$/,
    caches: ["/var/cache/apk"],
    cleaned: /^rm (?:-\w+ )+\/var\/cache\/apk\/?\*?$/,
  },
  {
    ...PLAIN,
    name: "dnf",
    programs: ["dnf", "yum", "microdnf"],
    verbs: {
      install: "install",
      reinstall: "install",
      groupinstall: "install",
      localinstall: "install",
      upgrade: "install",
      update: "install",
      makecache: "refresh",
      remove: "remove",
      erase: "remove",
      autoremove: "remove",
      clean: "clean",
    },
    yes: { install: "-y", remove: "-y" },
    hasYes: /^(?:--assumeyes|-[a-zA-Z]*y[a-zA-Z]*)$/,
    cleanup: ["{program} clean all", "rm -rf /var/cache/dnf /var/cache/yum"],
    caches: ["/var/cache/dnf", "/var/cache/yum"],
    cleaned: /^rm (?:-\w+ )+\/var\/cache\/(?:dnf|yum)\/?\*?$/,
  },
  {
    ...PLAIN,
    name: "zypper",
    programs: ["zypper"],
    verbs: {
      install: "install",
      in: "install",
      update: "install",
      up: "install",
      refresh: "refresh",
      ref: "refresh",
      remove: "remove",
      rm: "remove",
      clean: "clean",
    },
    yes: { install: "--non-interactive", remove: "--non-interactive" },
    hasYes: /^(?:-n|--non-interactive)$/,
    isYesFirst: true,
    refresh: "zypper --non-interactive refresh",
    cleanup: ["zypper clean --all"],
    caches: ["/var/cache/zypp"],
  },
  {
    ...PLAIN,
    name: "pacman",
    programs: ["pacman"],
    verbs: {
      "-S": "install",
      "-Su": "install",
      "-Syu": "install",
      "-Sy": "refresh",
      "-R": "remove",
      "-Rs": "remove",
      "-Rns": "remove",
      "-Sc": "clean",
      "-Scc": "clean",
    },
    yes: { install: "--noconfirm", remove: "--noconfirm" },
    hasYes: /^--noconfirm$/,
    refresh: "pacman -Sy --noconfirm",
    cleanup: ["rm -rf /var/cache/pacman/pkg/*"],
    caches: ["/var/cache/pacman/pkg"],
  },
  {
    ...PLAIN,
    name: "pip",
    programs: ["pip", "pip3"],
    verbs: { install: "install", uninstall: "remove" },
    yes: { remove: "-y" },
    hasYes: /^(?:-y|--yes)$/,
    noCache: "--no-cache-dir",
    hasNoCache: /^--no-cache-dir$/,
    caches: ["/root/.cache/pip"],
    cleaned: /^pip3? cache purge$/,
  },
  {
    ...PLAIN,
    name: "npm",
    programs: ["npm"],
    verbs: { ...NODE_VERBS, uninstall: "remove", rm: "remove" },
    cleanup: ["npm cache clean --force"],
    caches: ["/root/.npm"],
    cleaned: /^npm cache clean(?: --force| -f)?$/,
  },
  {
    ...PLAIN,
    name: "yarn",
    programs: ["yarn"],
    verbs: { ...NODE_VERBS, remove: "remove" },
    cleanup: ["yarn cache clean"],
    caches: ["/usr/local/share/.cache/yarn"],
    cleaned: /^yarn cache clean$/,
  },
  {
    ...PLAIN,
    name: "pnpm",
    programs: ["pnpm"],
    verbs: { ...NODE_VERBS, remove: "remove" },
    cleanup: ["pnpm store prune"],
    cleaned: /^pnpm store prune$/,
  },
  {
    ...PLAIN,
    name: "gem",
    programs: ["gem"],
    verbs: { install: "install", update: "install", uninstall: "remove" },
    yes: { remove: "-x" },
    hasYes: /^(?:-x|--executables)$/,
  },
  {
    ...PLAIN,
    name: "conda",
    programs: ["conda", "mamba", "micromamba"],
    verbs: { install: "install", create: "install", update: "install", upgrade: "install", remove: "remove", uninstall: "remove" },
    yes: { install: "-y", remove: "-y" },
    hasYes: /^(?:-y|--yes)$/,
  },
  {
    ...PLAIN,
    name: "composer",
    programs: ["composer"],
    verbs: { install: "install", update: "install", require: "install", "create-project": "install", remove: "remove" },
    yes: { install: "--no-interaction", remove: "--no-interaction" },
    hasYes: /^(?:-n|--no-interaction)$/,
  },
  {
    ...PLAIN,
    name: "opam",
    programs: ["opam"],
    verbs: { install: "install", upgrade: "install", remove: "remove" },
    yes: { install: "-y", remove: "-y" },
    hasYes: /^(?:-y|--yes)$/,
  },
];
