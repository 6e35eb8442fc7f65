import { type ClientRequest, type IncomingMessage, request as httpRequest, type RequestOptions } from "node:http";
import { Readable } from "node:stream";
import type { Duplex } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { CooperError } from "../../base/errors.ts";
import type { Target } from "../endpoint/endpoint.ts";
import { parseReply, type Reply } from "../reply.ts";
import type { Connections } from "./connect.ts";
import { queryText } from "./query-text.ts";
import { connectionError, replyError } from "./failure.ts";

/** Where requests go: the engine's address and the API version to speak (null before it is known). */
export interface Channel {
  readonly target: Target;
  readonly connections: Connections;
  readonly version: string | null;
}

export interface EngineRequest {
  readonly method?: "GET" | "HEAD" | "POST" | "PUT" | "DELETE";
  /** Without the version, each part already encoded: `/containers/ab/json`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as a tar archive. */
  readonly tar?: Readable | Uint8Array;
  readonly signal?: AbortSignal | undefined;
  /** Deadline for the first bytes of the answer. */
  readonly answerWithinMs?: number;
  /** Error code by HTTP status; `engine-refused` for the others. */
  readonly codes?: Readonly<Record<number, string>>;
  /** More questions of the kind follow: the connection is kept for them. */
  readonly isOneOfMany?: boolean;
}

/** Sends a request and gives the answer's JSON; throws the engine's own message for a status of 400 and above. */
export async function callJson(channel: Channel, request: EngineRequest): Promise<Reply> {
  return parseReply((await callBytes(channel, request)).toString());
}

/** Sends a request and gives the answer's bytes. */
export async function callBytes(channel: Channel, request: EngineRequest): Promise<Buffer> {
  return readAll(await callStream(channel, request), channel);
}

/** Sends a request and gives the answer while it comes. */
export async function callStream(channel: Channel, request: EngineRequest): Promise<IncomingMessage> {
  const answer = await send(channel, request);
  const status = answer.statusCode ?? 0;
  if (status < 400) return answer;
  throw await refusal(answer, channel, request);
}

/** Sends a request that turns its connection into a two-way byte stream (101 Switching Protocols). */
export function hijack(channel: Channel, request: EngineRequest): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const sent = open(channel, request, { connection: "Upgrade", upgrade: "tcp" });
    sent.once("upgrade", (_answer, socket: Duplex, head: Buffer) => {
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    sent.once("response", (answer) => void refusal(answer, channel, request).then(reject, reject));
    sent.once("error", (error) => reject(failureOf(error, channel, request)));
    sent.end(request.body === undefined ? undefined : JSON.stringify(request.body));
  });
}

function send(channel: Channel, request: EngineRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = open(channel, request, {});
    const late = setDeadline(sent, request);
    let isAnswered = false;
    sent.once("response", (answer) => {
      clearTimeout(late);
      isAnswered = true;
      resolve(answer);
    });
    sent.on("error", (error) => {
      clearTimeout(late);
      if (!isAnswered && isStale(sent, request)) resolve(send(channel, request));
      else reject(failureOf(error, channel, request));
    });
    // An engine that refuses early closes the connection: its answer counts, not the broken pipe.
    if (request.tar === undefined) sent.end(request.body === undefined ? undefined : JSON.stringify(request.body));
    else void pipeline(tarStream(request.tar), sent).catch(() => undefined);
  });
}

// The engine may close a kept connection in the moment a request comes to it.
function isStale(sent: ClientRequest, request: EngineRequest): boolean {
  return sent.reusedSocket && (request.method ?? "GET") === "GET" && request.signal?.aborted !== true;
}

function tarStream(tar: Readable | Uint8Array): Readable {
  return tar instanceof Uint8Array ? Readable.from([tar]) : tar;
}

function open(channel: Channel, request: EngineRequest, headers: Readonly<Record<string, string>>): ClientRequest {
  request.signal?.throwIfAborted();
  const options: RequestOptions = {
    method: request.method ?? "GET",
    path: fullPath(channel, request),
    agent: channel.connections.agent(request.isOneOfMany === true),
    headers: { host: "docker", "user-agent": "cooper", ...contentType(request), ...headers },
    ...(request.signal === undefined ? {} : { signal: request.signal }),
  };
  return httpRequest(options);
}

function contentType(request: EngineRequest): Readonly<Record<string, string>> {
  if (request.tar !== undefined) return { "content-type": "application/x-tar" };
  return request.body === undefined ? {} : { "content-type": "application/json" };
}

function fullPath(channel: Channel, request: EngineRequest): string {
  const version = channel.version === null ? "" : `/v${channel.version}`;
  return `${version}${request.path}${queryText(request.query ?? {})}`;
}

function setDeadline(sent: ClientRequest, request: EngineRequest): NodeJS.Timeout | undefined {
  const limit = request.answerWithinMs;
  if (limit === undefined) return undefined;
  return setTimeout(() => sent.destroy(new Error(`it did not answer within ${limit / 1000} s`)), limit);
}

async function refusal(answer: IncomingMessage, channel: Channel, request: EngineRequest): Promise<CooperError> {
  const status = answer.statusCode ?? 0;
  const text = (await readAll(answer, channel)).toString();
  return replyError(status, messageIn(text), request.codes?.[status]);
}

function messageIn(text: string): string {
  try {
    return parseReply(text).at("message").text(text.trim());
  } catch {
    return text.trim().slice(0, 500);
  }
}

/** More than this no engine has to say at once; content is read as a stream. */
const LONGEST_ANSWER = 256 * 1024 * 1024;

function readAll(answer: IncomingMessage, channel: Channel): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let left = LONGEST_ANSWER;
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => reject(connectionError(error, channel.target));
    answer.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      left -= chunk.length;
      if (left < 0) answer.destroy(new Error("its answer seems to have no end"));
    });
    answer.once("end", () => resolve(chunks.length === 1 ? (chunks[0] ?? NO_BYTES) : Buffer.concat(chunks)));
    answer.once("error", fail);
    answer.once("close", () => fail(new Error("the connection was closed before all of the answer came")));
  });
}

const NO_BYTES = Buffer.alloc(0);

function failureOf(error: unknown, channel: Channel, request: EngineRequest): unknown {
  if (request.signal?.aborted === true) return request.signal.reason;
  return connectionError(error, channel.target);
}
