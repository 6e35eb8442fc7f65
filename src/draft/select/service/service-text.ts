import { quoteWord } from "../../../format/shell/quote.ts";
import type { Judgement } from "../judge/judgement.ts";
import type { ServiceWork } from "./service-work.ts";
import { textOf } from "../words/step-words.ts";

/** What a Step that needs a running service runs, and the word it shares with the others that need it. */
export interface ServiceText {
  readonly text: string;
  readonly together: string;
}

/** Seconds that a service gets to answer. */
const READY_WITHIN = 60;

/** The texts of the Steps that work on running services: each RUN starts its service, waits for it, and stops it. */
export function serviceTexts(judgement: Judgement): ReadonlyMap<number, ServiceText> {
  const texts = new Map<number, ServiceText>();
  for (const service of judgement.services) {
    for (const [index, segment] of segmentsOf(service, judgement).entries()) {
      const word = `${service.word}${index === 0 ? "" : `.${index + 1}`}`;
      for (const [rank, text] of textsOf(segment, service, judgement)) texts.set(rank, { text, together: word });
    }
  }
  return texts;
}

/** The living ranks of a service's Steps, split where a COPY comes between: processes do not outlive a RUN. */
function segmentsOf(service: ServiceWork, { living, bringings }: Judgement): number[][] {
  const ranks = ranksOf(service).filter((rank) => living.reasons.has(rank) && bringings[rank]?.fate === "run");
  const segments: number[][] = [];
  let last = -1;
  for (const rank of ranks) {
    const isSplit = [...living.reasons.keys()].some((other) => other > last && other < rank && bringings[other]?.fate === "carry");
    const segment = segments.at(-1);
    if (segment === undefined || isSplit) segments.push([rank]);
    else segment.push(rank);
    last = rank;
  }
  return segments.filter((segment) => segment.some((rank) => service.clients.includes(rank)));
}

/** Start, clients and stop, in their order. */
export function ranksOf({ start, clients, stop }: ServiceWork): number[] {
  return [start, ...clients, ...(stop === null ? [] : [stop])];
}

function textsOf(segment: readonly number[], service: ServiceWork, { works, bringings }: Judgement): [number, string][] {
  const own = (rank: number): string => {
    const work = works[rank];
    return work === undefined ? "" : (bringings[rank]?.text ?? textOf(work.timed.step));
  };
  const start = works[service.start]?.timed.step.ran.trim() ?? "";
  const options = connectionOptions(service, works);
  const ready = waitFor(service, options);
  return segment.map((rank, index) => {
    const lines = [own(rank)];
    if (rank === service.start) lines.push(...ready);
    else if (index === 0) lines.unshift(start, ...ready);
    if (index === segment.length - 1 && rank !== service.stop) lines.push(...stopText(start, service, options));
    return [rank, lines.join("\n")];
  });
}

/** How the clients find the server, where it is not at its usual place: `-p 7001`. */
function connectionOptions({ clients }: ServiceWork, works: Judgement["works"]): string {
  const text = works[clients[0] ?? -1]?.timed.step.ran ?? "";
  const found = [...text.matchAll(/\s(-[pP]|--port)(=|\s+)(\d{2,5})\b/gu)].map(
    ([, option = "", between = "", port = ""]) => ` ${option}${between}${port}`,
  );
  return found[0] ?? "";
}

function withOptions(text: string, options: string): string {
  return text.replace(/^\S+/u, (program) => `${program}${options}`);
}

function waitFor({ row }: ServiceWork, options: string): string[] {
  return row.ready === undefined
    ? []
    : [`timeout ${READY_WITHIN} sh -c ${quoteWord(`until ${withOptions(row.ready, options)}; do sleep 0.2; done`)} > /dev/null 2>&1`];
}

/** The same command with `stop`, for a start through an init script; else the server's own way, or a signal. */
function stopText(start: string, { row }: ServiceWork, options: string): string[] {
  const stop = start.replace(/\b(?:re)?start\b/u, "stop");
  if (stop !== start && /^(?:sudo )?(?:service|\/etc\/init\.d\/|systemctl|rc-service|invoke-rc\.d)/u.test(start)) return [stop];
  const isJob = /&\s*$/u.test(start);
  if (row.halt !== undefined) return [withOptions(row.halt, options), ...(isJob ? ["wait"] : [])];
  return isJob ? ["kill $!", "wait"] : [];
}
