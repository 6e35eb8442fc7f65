import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";

export interface UrlAnswer {
  readonly status: number;
  readonly contentType: string;
  /** Target of a redirect, as sent; "" without one. */
  readonly location: string;
  readonly body: Buffer;
}

interface UrlQuestion {
  readonly timeoutMs: number;
  /** Bytes of the body that are read. */
  readonly limit: number;
  /** "GET" when absent. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** Asks for a URL once, following nothing; certificates are not checked, since the server is a container on trial. Null where nothing like HTTP answers in time. */
export function fetchUrl(url: string, { timeoutMs, limit, method = "GET", headers, body }: UrlQuestion): Promise<UrlAnswer | null> {
  return new Promise((resolve) => {
    const send = url.startsWith("https:") ? requestHttps : requestHttp;
    const all = { "user-agent": "cooper", accept: "*/*", ...headers };
    const asked = send(url, { method, rejectUnauthorized: false, agent: false, headers: all }, (answer) => {
      void readAnswer(answer, limit).then(resolve, () => resolve(null));
    });
    asked.setTimeout(timeoutMs, () => asked.destroy());
    asked.once("error", () => resolve(null));
    asked.once("close", () => resolve(null));
    asked.end(body);
  });
}

async function readAnswer(answer: IncomingMessage, limit: number): Promise<UrlAnswer> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of answer) {
    const bytes = Buffer.from(piece);
    pieces.push(bytes);
    size += bytes.length;
    if (size >= limit) break;
  }
  const { location = "", "content-type": contentType = "" } = answer.headers;
  return { status: answer.statusCode ?? 0, contentType, location, body: Buffer.concat(pieces).subarray(0, limit) };
}
