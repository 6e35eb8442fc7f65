import { createHash } from "node:crypto";
import { fetchUrl } from "../system/network/fetch-url.ts";

/** One page that a crawl asked for. */
export interface CrawledPage {
  readonly path: string;
  readonly status: number;
  /** SHA-256 of what was read of the page, lower-case hexadecimal. */
  readonly hash: string;
}

interface CrawlLimits {
  readonly maxPages: number;
  readonly maxDepth: number;
  readonly signal: AbortSignal;
}

const TIMEOUT_MS = 10_000;
const PAGE_BYTES = 1024 * 1024;
const LINK = /(?:href|src|action)\s*=\s*["']?([^"'\s>]+)|url\(\s*["']?([^"')\s]+)/gi;

/** Asks for a page and the pages of the same origin that it links, in the order found, within bounds. Empty when the port does not speak HTTP. */
export async function crawl(origin: string, limits: CrawlLimits): Promise<CrawledPage[]> {
  const pages: CrawledPage[] = [];
  const known = new Set(["/"]);
  const waiting = [{ path: "/", depth: 0 }];
  for (let next = waiting.shift(); next !== undefined && pages.length < limits.maxPages; next = waiting.shift()) {
    limits.signal.throwIfAborted();
    const answer = await fetchUrl(origin + next.path, { timeoutMs: TIMEOUT_MS, limit: PAGE_BYTES });
    if (answer === null) {
      if (pages.length === 0) return [];
      continue;
    }
    pages.push({ path: next.path, status: answer.status, hash: createHash("sha256").update(answer.body).digest("hex") });
    if (next.depth >= limits.maxDepth) continue;
    const base = new URL(next.path, origin);
    const isLinking = /html|css|xml/.test(answer.contentType);
    const links = [answer.location, ...(isLinking ? linksOf(answer.body.toString("utf8")) : [])];
    for (const path of links.flatMap((link) => sameOrigin(link, base))) {
      if (known.has(path)) continue;
      known.add(path);
      waiting.push({ path, depth: next.depth + 1 });
    }
  }
  return pages;
}

function linksOf(text: string): string[] {
  return [...text.matchAll(LINK)].map((match) => match[1] ?? match[2] ?? "");
}

function sameOrigin(link: string, base: URL): string[] {
  if (link === "" || link.startsWith("#") || !URL.canParse(link, base.href)) return [];
  const url = new URL(link, base);
  return url.origin === base.origin ? [url.pathname + url.search] : [];
}
