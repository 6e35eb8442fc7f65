import { quoteValue } from "../../../format/dockerfile/words.ts";
import { MASK } from "../../../format/secret/span.ts";
import { isSecretPair } from "./mask-pairs.ts";

const NAME = /^[\w.-]+=/;
/** A value that is quoted already, as some builders write it. */
const QUOTED = /^[\w.-]+=("(?:[^"\\]|\\.)*"|'[^']*')(?=\s|$)/;
const NEXT = /\s+(?=[A-Za-z_][\w.-]*=)/;

/**
 * The pairs of an ENV, ARG or LABEL as a history writes them ("A=b C=d e F=g"), quoted as a Dockerfile needs it, secret values masked. A
 * history leaves out the quotes, so `known`, the image's settings as "NAME=value", says where a pair ends.
 */
export function printPairs(text: string, known: readonly string[]): string {
  const pairs: string[] = [];
  for (let rest = text.trim(); rest !== "";) {
    const pair = firstPair(rest, known);
    pairs.push(printPair(pair));
    rest = rest.slice(pair.length).trimStart();
  }
  return pairs.join(" ");
}

function firstPair(text: string, known: readonly string[]): string {
  const matching = known.filter((pair) => text.startsWith(pair) && /^(?:\s|$)/.test(text.slice(pair.length)));
  const longest = matching.toSorted((a, b) => b.length - a.length)[0];
  if (longest !== undefined && longest !== "") return longest;
  return QUOTED.exec(text)?.[0] ?? text.slice(0, NEXT.exec(text)?.index ?? text.length);
}

function printPair(pair: string): string {
  const at = pair.indexOf("=");
  if (at < 0) return pair;
  const name = NAME.test(pair) ? pair.slice(0, at) : JSON.stringify(pair.slice(0, at));
  const written = pair.slice(at + 1);
  const isQuoted = QUOTED.exec(pair)?.[0] === pair;
  const value = isQuoted ? written.slice(1, -1) : written;
  if (isSecretPair(pair.slice(0, at), value)) return `${name}=${MASK}`;
  return `${name}=${isQuoted || written === "" || written === MASK ? written : quoteValue(written)}`;
}
