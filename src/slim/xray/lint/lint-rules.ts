import { MASK } from "../../../format/secret/span.ts";
import type { Instruction } from "../origin/instruction.ts";
import type { LintInput, LintRule } from "./lint-rule.ts";

type Test = (text: string) => boolean;

/** Instructions of a keyword whose text passes a test. */
function those(keyword: string, test: Test): LintRule["find"] {
  return ({ instructions }) => instructions.filter((one) => one.keyword === keyword && test(one.text)).map(show);
}

function has(pattern: RegExp): Test {
  return (text) => pattern.test(text);
}

function show({ keyword, text }: Instruction): string {
  return `${keyword} ${text}`;
}

function count({ instructions }: LintInput, keyword: string): readonly string[] {
  const found = instructions.filter((one) => one.keyword === keyword);
  return found.slice(0, -1).map(show);
}

const isLocalAdd: Test = (text) => !/(?:https?|git|ssh):\/\/|git@|\.(?:tar|tgz|txz|tbz2)\b|\.tar\.\w+\b/.test(text);
const leavesLists: Test = (text) => /\bapt(?:-get)?\s+(?:-\S+\s+)*update\b/.test(text) && !/\/var\/lib\/apt(?:\/lists)?\b/.test(text);

/** The rules, each with the reason as advice. The guide's page on xrays has the same table. */
export const LINT_RULES: readonly LintRule[] = [
  {
    name: "apt-lists-left",
    level: "warning",
    advice: "end the same RUN with `rm -rf /var/lib/apt/lists/*`: a later layer cannot make this one smaller",
    find: those("RUN", leavesLists),
  },
  {
    name: "apt-recommends",
    level: "hint",
    advice: "`--no-install-recommends` leaves out packages that nothing asked for",
    find: those("RUN", (text) => /\bapt(?:-get)?\s+(?:-\S+\s+)*install\b/.test(text) && !/--no-install-recommends/.test(text)),
  },
  {
    name: "apk-cache-left",
    level: "warning",
    advice: "use `apk add --no-cache`",
    find: those("RUN", (text) => /\bapk\s+(?:-\S+\s+)*add\b/.test(text) && !/--no-cache|\/var\/cache\/apk/.test(text)),
  },
  {
    name: "pip-cache-left",
    level: "hint",
    advice: "use `pip install --no-cache-dir`",
    find: those("RUN", (text) => /\bpip3?\s+install\b/.test(text) && !/--no-cache-dir|PIP_NO_CACHE_DIR|\.cache/.test(text)),
  },
  {
    name: "base-latest",
    level: "warning",
    advice: "name a version or a digest of the base: `latest` is another image tomorrow",
    find: ({ base }) => (base !== null && (base.endsWith(":latest") || !/[:@][^/]*$/.test(base)) ? [`FROM ${base}`] : []),
  },
  {
    name: "root-user",
    level: "warning",
    advice: "end with a USER that is not root",
    find: ({ config }) => (/^(?:|root|0)(?::.*)?$/.test(config.user) ? [`USER ${config.user === "" ? "root" : config.user}`] : []),
  },
  {
    name: "shell-form-command",
    level: "warning",
    advice: 'use the exec form, CMD ["program", "argument"]: under a shell the program does not get the signal to stop',
    find: ({ config }) =>
      [config.entrypoint ?? [], config.cmd ?? []]
        .filter(([shell = "", option]) => /(?:^|\/)(?:ba|da|a)?sh$/.test(shell) && option === "-c")
        .map((words) => words.join(" ")),
  },
  {
    name: "add-for-copy",
    level: "hint",
    advice: "COPY does the same and nothing else (ADD also unpacks and downloads)",
    find: those("ADD", isLocalAdd),
  },
  { name: "sudo", level: "warning", advice: "a RUN is root already; use USER or gosu", find: those("RUN", has(/(?:^|[\s;&|(])sudo\s/)) },
  {
    name: "download-to-shell",
    level: "warning",
    advice: "download to a file, check its checksum, then run it",
    find: those("RUN", has(/\b(?:curl|wget)\b[^;&]*\|\s*(?:sudo\s+)?(?:\/\S+\/)?(?:ba|da|a|z)?sh\b/)),
  },
  {
    name: "relative-workdir",
    level: "warning",
    advice: "name the folder from the root: a relative one depends on the base",
    find: those("WORKDIR", (text) => !/^["']?(?:\/|\$|[A-Za-z]:\\)/.test(text)),
  },
  {
    name: "secret-in-settings",
    level: "warning",
    advice: "everybody with the image can read it: use `RUN --mount=type=secret`, or set it when the container starts",
    find: ({ instructions }) =>
      instructions.filter(({ keyword, text }) => ["ENV", "ARG", "LABEL", "RUN"].includes(keyword) && text.includes(MASK)).map(show),
  },
  { name: "many-commands", level: "warning", advice: "only the last CMD counts", find: (input) => count(input, "CMD") },
  { name: "many-entrypoints", level: "warning", advice: "only the last ENTRYPOINT counts", find: (input) => count(input, "ENTRYPOINT") },
  {
    name: "writable-by-all",
    level: "warning",
    advice: "give the files to the user that needs them (chown) instead",
    find: those("RUN", has(/\bchmod\s+(?:-\w+\s+)*(?:0?777|a\+rwx|ugo\+rwx)\b/)),
  },
  {
    name: "owner-in-own-layer",
    level: "hint",
    advice: "use `COPY --chown` or `--chmod`: a change of the owner or mode in a later layer stores the files again",
    find: those("RUN", has(/^(?:chown|chmod)\s+-R\b/)),
  },
  {
    name: "no-healthcheck",
    level: "hint",
    advice: "a HEALTHCHECK lets the engine see when a service no longer answers",
    find: ({ config }) => (config.hasHealthcheck || config.exposed.length === 0 ? [] : [""]),
  },
  {
    name: "maintainer",
    level: "hint",
    advice: "MAINTAINER is gone; use LABEL org.opencontainers.image.authors",
    find: those("MAINTAINER", () => true),
  },
];
