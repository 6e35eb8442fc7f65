import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { parseReply, type Reply } from "../../reply.ts";
import type { CommandProgram } from "../command-program.ts";
import type { ExecBook } from "./exec-book.ts";
import type { WaitingContainers } from "./waiting-containers.ts";

/** What all answers share. */
export interface Surroundings {
  readonly program: CommandProgram;
  readonly execs: ExecBook;
  readonly waiting: WaitingContainers;
}

/** A request, taken apart. */
export interface AnsweredRequest extends Surroundings {
  readonly query: URLSearchParams;
  /** What the path names. */
  readonly name: string;
  readonly body: IncomingMessage;
}

/** Answers a request. */
export type Answer = (request: AnsweredRequest, response: ServerResponse) => Promise<void>;

/** Answers with a connection that carries bytes both ways from then on. */
export type Takeover = (request: Surroundings & { readonly name: string }, body: Reply, open: () => Duplex) => Promise<void>;

/** A flag of the query, which clients write in several ways. */
export function isSet(query: URLSearchParams, name: string): boolean {
  return ["1", "true", "True"].includes(query.get(name) ?? "");
}

/** The filters of a query. */
export function filtersOf(query: URLSearchParams): Reply {
  return parseReply(query.get("filters") ?? "{}");
}

/** The body as JSON. */
export async function bodyOf(body: AsyncIterable<unknown>): Promise<Reply> {
  return parseReply((await bytesOf(body)).toString());
}

/** The body as it came. */
export async function bytesOf(body: AsyncIterable<unknown>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of body) if (part instanceof Buffer) parts.push(part);
  return Buffer.concat(parts);
}

/** Rows of a list that is printed with --format "{{json .}}". */
export function rowsOf(text: string): readonly Reply[] {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map(parseReply);
}
