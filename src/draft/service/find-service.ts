import type { DraftInput, Selection, Service, Timeline } from "../model.ts";
import { commandOf, fillVersion } from "./service-command.ts";
import { imagePaths } from "./image-paths.ts";
import type { ImagePaths } from "./image-paths.ts";
import { findLaunches } from "./launches.ts";
import type { Launch } from "./launches.ts";
import { findPorts } from "./find-ports.ts";
import type { FoundPorts } from "./find-ports.ts";
import { userOf } from "./user-of.ts";

const NONE: Service = { cmd: null, why: "", steps: [], user: null, workdir: null, expose: [], stopSignal: null, proposals: [] };

interface Candidate {
  readonly launch: Launch;
  readonly cmd: readonly string[];
  readonly ports: FoundPorts;
}

/** The command that the image should run: of the servers that were started, the one that looks most like what it is for. */
export function findService(input: DraftInput, timeline: Timeline, _selection: Selection): Service {
  const { choices, container } = input.history;
  const paths = imagePaths(input, timeline);
  const candidates = findCandidates(input, timeline, paths);
  const best = candidates[0];
  if (best === undefined) {
    const cmd = choices.cmd ?? startedCommand(container);
    return {
      ...NONE,
      cmd,
      why:
        choices.cmd === null
          ? cmd === null
            ? "No server was started; the base image's command stays."
            : "The container was started with it."
          : "You named it.",
    };
  }
  const found = describe(best, input, paths);
  if (choices.cmd !== null) return { ...found, cmd: choices.cmd, why: "You named it." };
  const others = [...new Set(candidates.slice(1).map(({ cmd }) => cmd.join(" ")))].filter((text) => text !== best.cmd.join(" "));
  return { ...found, proposals: [...found.proposals, ...others.map((text) => alsoStarted(text, container.name))] };
}

function alsoStarted(text: string, name: string): string {
  return `Also started, but an image runs one command (give it a container of its own, or choose it: cooper history edit ${name} --cmd …): ${text}`;
}

function findCandidates(input: DraftInput, timeline: Timeline, paths: ImagePaths): Candidate[] {
  const candidates = findLaunches(timeline).flatMap((launch) => {
    const folder = folderOf(launch);
    if (folder !== "/" && paths.at(folder) === null) return [];
    const cmd = commandOf(launch, paths);
    return cmd === null ? [] : [{ launch, cmd, ports: findPorts({ launch, cmd, timeline, paths, env: input.history.container.env }) }];
  });
  return candidates.toSorted((one, other) => weight(other) - weight(one) || other.launch.at - one.launch.at);
}

/** Where a server of no row stands: `(cd /srv && ./serve) &` has another folder than its Step; a daemon goes to the root. */
function folderOf({ row, timed, processes }: Launch): string {
  if (row !== null) return "/";
  const main = processes.find(({ listening }) => listening.length > 0) ?? processes[0];
  return main?.cwd === "/" ? timed.step.cwd : (main?.cwd ?? timed.step.cwd);
}

/** Still running counts most, then being reachable. */
function weight({ launch, ports }: Candidate): number {
  return (launch.isRunning ? 2 : 0) + (ports.numbers.length > 0 ? 1 : 0);
}

/** What the container itself was started with, where it is more than something to keep it alive. */
function startedCommand({ command: words, entrypoint, imageConfig }: DraftInput["history"]["container"]): readonly string[] | null {
  const command = entrypoint === null ? words : [...entrypoint, ...(words ?? [])];
  const isIdle =
    command === null || /^(?:sleep|tail|cat|bash|sh|ash|dash|zsh|true|top|\/bin\/(?:ba|da|a)?sh|\/bin\/sleep)$/u.test(command[0] ?? "");
  return isIdle || JSON.stringify(command) === JSON.stringify(imageConfig.cmd) ? null : command;
}

function describe({ launch, cmd, ports }: Candidate, input: DraftInput, paths: ImagePaths): Service {
  const { row, timed } = launch;
  const { imageConfig } = input.history.container;
  const isOwn = row === null;
  const exposed = ports.isLoopback ? [] : ports.numbers.map((port) => `${port}/${ports.protocol}`);
  return {
    cmd,
    why: `Step ${timed.step.id} started it${launch.isRunning ? " and it ran until the end" : ""}; here it stays in the foreground.`,
    steps: [timed.step.id],
    user: isOwn ? userOf(launch, paths) : null,
    workdir: isOwn && folderOf(launch) !== "/" ? folderOf(launch) : null,
    expose: exposed.filter((port) => !imageConfig.exposed.includes(port)),
    stopSignal: row?.stopSignal ?? null,
    proposals: proposalsOf({ launch, cmd, ports }, paths),
  };
}

function proposalsOf({ launch: { row }, ports }: Candidate, paths: ImagePaths): string[] {
  if (row === null)
    return ports.isHttp && ports.numbers[0] !== undefined ? [health(`curl -fsS http://localhost:${ports.numbers[0]}/ || exit 1`)] : [];
  const folders = row.volumes.map((folder) => fillVersion(folder, row, paths)).filter((folder) => (paths.at(folder) ?? null) !== null);
  const port = ports.numbers[0];
  const host = port === undefined || port === 80 ? "localhost" : `localhost:${port}`;
  const text = row.health?.replace("http://localhost/", `http://${host}/`);
  return [...folders.map((folder) => `VOLUME ${folder}`), ...(text === undefined ? [] : [health(text)])];
}

function health(text: string): string {
  return `HEALTHCHECK --interval=30s --timeout=5s CMD ${text}`;
}
