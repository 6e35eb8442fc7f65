import { quoteWord } from "../../format/shell/quote.ts";
import type { Judgement } from "./judgement.ts";
import type { ServiceWork } from "./service-work.ts";
import { textOf } from "./step-words.ts";

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
  const ranks = ranksOf(service).filter((rank) => living.reasons.has(rank));
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
  return [...(start === null ? [] : [start]), ...clients, ...(stop === null ? [] : [stop])];
}

function textsOf(segment: readonly number[], service: ServiceWork, { works, bringings }: Judgement): [number, string][] {
  const own = (rank: number): string => {
    const work = works[rank];
    return work === undefined ? "" : (bringings[rank]?.text ?? textOf(work.timed.step));
  };
  const start = service.start === null ? null : own(service.start);
  return segment.map((rank, index) => {
    const lines = [own(rank)];
    if (rank === service.start) lines.push(...waitFor(service));
    else if (index === 0 && start !== null) lines.unshift(start, ...waitFor(service));
    if (index === segment.length - 1 && rank !== service.stop) lines.push(...stopText(start));
    return [rank, lines.join("\n")];
  });
}

function waitFor({ row }: ServiceWork): string[] {
  return row.ready === undefined
    ? []
    : [`timeout ${READY_WITHIN} sh -c ${quoteWord(`until ${row.ready}; do sleep 0.2; done`)} > /dev/null 2>&1`];
}

/** The same command with `stop`, for a start through an init script. */
function stopText(start: string | null): string[] {
  const stop = start?.replace(/\b(?:re)?start\b/u, "stop") ?? "";
  return start !== null && stop !== start && /^(?:sudo )?(?:service|\/etc\/init\.d\/|systemctl|rc-service|invoke-rc\.d)/u.test(start)
    ? [stop]
    : [];
}
