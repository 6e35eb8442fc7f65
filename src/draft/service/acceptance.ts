import type { Acceptance } from "../../format/acceptance/acceptance.ts";
import type { PathChange } from "../../format/tree/entry.ts";
import { modeText } from "../../format/tree/mode-text.ts";
import type { Step } from "../../history/model.ts";
import { isVolatile } from "../select/judge/matters.ts";
import { isSameEntry } from "../timeline/same-entry.ts";
import { pathTest } from "../tables/path-pattern.ts";
import { SERVICES } from "../tables/services.ts";
import { isAccountDatabase } from "../tables/volatile-paths.ts";
import type { DraftInput, Service, Timeline } from "../model.ts";
import { programName } from "./service-row.ts";

/** Commands that check settings and change nothing. */
const CHECKS =
  /^(?:nginx -t|apache2ctl (?:configtest|-t)|apachectl (?:configtest|-t)|sshd -t|\/usr\/sbin\/sshd -t|named-checkconf.*|haproxy -c -f \S+|postfix check|php -l \S+|visudo -c|squid -k parse|lighttpd -t -f \S+|php-fpm[\d.]* -t)$/u;

/** Seconds after which a server that came up is taken to stay. */
const ALIVE = 5;

/** More files than these say nothing more. */
const MOST_FILES = 20;

/** What running services write: never the same twice. */
const isServiceData = pathTest(SERVICES.flatMap(({ data }) => data ?? []));

/** What the image must do and hold (of a command that a person chose it is not known that it stays), made of what was observed in the recorded container. */
export function makeAcceptance(input: DraftInput, timeline: Timeline, service: Service): Acceptance {
  const ports = service.expose.flatMap((port) => (port.endsWith("/tcp") ? [Number.parseInt(port, 10)] : []));
  const { cmd } = service;
  const stays = cmd !== null && (input.history.choices.cmd === null || ports.length > 0);
  return {
    version: 1,
    alive: stays ? ALIVE : null,
    ports: ports.map((port) => ({ port, protocol: "tcp" as const })),
    http: requests(timeline, ports),
    processes: stays ? [{ command: commandName(cmd) }] : [],
    files: files(input, timeline),
    commands: checks(timeline),
  };
}

/** Requests to the service that a Step made and that were answered. */
function requests(timeline: Timeline, ports: readonly number[]): Acceptance["http"] {
  const found = new Map<string, Acceptance["http"][number]>();
  for (const { step } of timeline.steps) {
    if (step.exit !== 0 || !/\b(?:curl|wget|urlopen|file_get_contents|http)\b/u.test(step.ran)) continue;
    for (const match of step.ran.matchAll(
      /\bhttp:\/\/(?:localhost|127\.0\.0\.1)(?::(\d+))?(\/[\w./~-]*)?|\bcurl\s+(?:-\w+\s+)*localhost(?::(\d+))?(\/[\w./~-]*)?/gu,
    )) {
      const port = Number(match[1] ?? match[3] ?? "80");
      const path = match[2] ?? match[4] ?? "/";
      if (ports.includes(port)) found.set(`${port}${path}`, { port, path, status: null, contains: null });
    }
  }
  return [...found.values()];
}

function commandName(cmd: readonly string[]): string {
  const words = cmd[0] === "setpriv" ? cmd.filter((word) => !word.startsWith("--")).slice(1) : cmd;
  const program = words[0] === "env" ? words.slice(1).find((word) => !word.includes("=")) : words[0];
  return programName(program ?? "")
    .replace(/^(?:apache2ctl|apachectl)$/u, "apache2")
    .replace(/^postfix$/u, "master")
    .replace(/^catalina\.sh$/u, "java")
    .replace(/^rabbitmq-server$/u, "beam");
}

/** Files that a person made, as they were at the end. */
function files(input: DraftInput, timeline: Timeline): Acceptance["files"] {
  const isSecret = new Set(input.history.choices.secret);
  const own = new Set(
    timeline.steps.flatMap(({ step }) => (isOthers(step) ? [] : step.effect.changes.filter(isOwn).map(({ path }) => path))),
  );
  return [...own]
    .toSorted()
    .filter((path) => !isSecret.has(path) && !isSameEntry(timeline.base.get(path) ?? null, timeline.final.get(path) ?? null))
    .flatMap((path) => {
      const entry = timeline.final.get(path);
      if (entry?.type !== "file") return [];
      return [{ path, type: "file" as const, mode: modeText(entry.mode), owner: `${entry.uid}:${entry.gid}` }];
    })
    .slice(0, MOST_FILES);
}

/** What an installation brought, what a secret was used for, and what came in heaps says nothing about the person's own files. */
function isOthers({ effect, secrets }: Step): boolean {
  return effect.packages.length > 0 || secrets.length > 0 || effect.changes.length > MOST_FILES;
}

function isOwn({ path, after, kept, package: owner }: PathChange): boolean {
  return after?.type === "file" && kept && owner === undefined && !isVolatile(path) && !isAccountDatabase(path) && !isServiceData(path);
}

function checks(timeline: Timeline): Acceptance["commands"] {
  const passed = timeline.steps.filter(({ step }) => step.exit === 0 && step.identity.uid === 0 && CHECKS.test(step.ran.trim()));
  return [...new Set(passed.map(({ step }) => step.ran.trim()))].map((run) => ({ run, user: null, exit: 0, contains: null }));
}
