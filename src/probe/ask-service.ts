import { setTimeout as wait } from "node:timers/promises";
import { inspectContainer } from "../engine/container/container.ts";
import { containerLogs } from "../engine/stream/logs.ts";
import type { Acceptance } from "../format/acceptance/acceptance.ts";
import { type Answer, no, type Trial, yes } from "./answer.ts";
import { askHttp, type HttpAnswer } from "./ask-http.ts";
import { listeningSockets } from "./listening.ts";
import { commandLines } from "./processes.ts";
import { waitUntil } from "./wait-until.ts";

/** How long a service may take until it answers. */
const READY_MS = 60_000;
const LOG_LINES = 5;

type PortQuestion = Acceptance["ports"][number];
type HttpQuestion = Acceptance["http"][number];
type ProcessQuestion = Acceptance["processes"][number];

async function isRunning(trial: Trial): Promise<boolean> {
  return (await inspectContainer(trial.engine, trial.container.id)).state.running;
}

/** Asks until the answer is right, the container has ended or the time is over; the last answer. */
async function settle(trial: Trial, ask: () => Promise<Answer>): Promise<Answer> {
  let last = await ask();
  await waitUntil(
    async () => {
      if (!last.passed) last = await ask();
      return last.passed || !(await isRunning(trial)) ? last : null;
    },
    { withinMs: READY_MS, signal: trial.signal },
  );
  return last;
}

async function askPort(trial: Trial, { port, protocol }: PortQuestion): Promise<Answer> {
  const question = `port ${port}/${protocol} waits for connections`;
  const sockets = await listeningSockets(trial.engine, trial.container);
  const isOpen = sockets.some((socket) => socket.port === port && socket.protocol === protocol);
  const open = sockets.map((socket) => `${socket.port}/${socket.protocol}`);
  return isOpen ? yes(question) : no(question, open.length === 0 ? "no port is open" : `open are ${[...new Set(open)].join(", ")}`);
}

function judgeHttp(answer: HttpAnswer | null, question: HttpQuestion): string | null {
  if (answer === null) return "no HTTP answer";
  if (question.status !== null && answer.status !== question.status) return `status ${answer.status}`;
  return question.contains === null || answer.body.includes(question.contains) ? null : `status ${answer.status} without that text`;
}

async function askWeb(trial: Trial, question: HttpQuestion): Promise<Answer> {
  const status = question.status === null ? "" : ` with ${question.status}`;
  const contains = question.contains === null ? "" : ` and ${JSON.stringify(question.contains)}`;
  const text = `GET ${question.path} on port ${question.port} is answered${status}${contains}`;
  const { engine, container, signal } = trial;
  const wrong = judgeHttp(await askHttp(engine, container, { port: question.port, path: question.path, signal }), question);
  return wrong === null ? yes(text) : no(text, wrong);
}

async function askProcess(trial: Trial, { command }: ProcessQuestion): Promise<Answer> {
  const question = `a process with "${command}" runs`;
  const lines = await commandLines(trial.engine, trial.container.id).catch(() => []);
  return lines.some((line) => line.includes(command)) ? yes(question) : no(question, `running are ${lines.join(", ") || "none"}`);
}

async function askAlive(trial: Trial, seconds: number): Promise<Answer> {
  const question = `it is alive after ${seconds} seconds`;
  const left = trial.startedAt + seconds * 1000 - performance.now();
  if (left > 0) await wait(left, undefined, { signal: trial.signal });
  const { state } = await inspectContainer(trial.engine, trial.container.id);
  if (state.running) return yes(question);
  const log = (await containerLogs(trial.engine, trial.container.id, { tail: LOG_LINES })).toString("utf8").trim();
  return no(question, `it ended with exit code ${state.exitCode}${log === "" ? "" : `: ${log}`}`);
}

/** Asks a started service whether its ports, pages and processes are there and whether it stays. */
export async function askService(trial: Trial, acceptance: Acceptance): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (const port of acceptance.ports) answers.push(await settle(trial, () => askPort(trial, port)));
  for (const page of acceptance.http) answers.push(await settle(trial, () => askWeb(trial, page)));
  for (const one of acceptance.processes) answers.push(await settle(trial, () => askProcess(trial, one)));
  if (acceptance.alive !== null) answers.push(await askAlive(trial, acceptance.alive));
  return answers;
}
