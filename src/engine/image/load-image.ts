import type { Readable } from "node:stream";
import type { Engine } from "../open-engine.ts";
import { callBytes } from "../transport/request.ts";

/** Loads a `docker save` archive; gives the ids and tags that the engine names ("sha256:…", "web:1"). */
export async function loadImage(engine: Engine, tar: Readable): Promise<readonly string[]> {
  const answer = await callBytes(engine.channel, {
    method: "POST",
    path: "/images/load",
    query: { quiet: true },
    tar,
    answerWithinMs: 600_000,
  });
  return [...answer.toString().matchAll(/Loaded image(?: ID)?: ([^\\"\s]+)/g)].map((match) => match[1] ?? "");
}

/** The `Config` of an image as the engine has it, with every member, as JSON text. */
export async function readImageConfig(engine: Engine, reference: string): Promise<string> {
  const bytes = await callBytes(engine.channel, { path: `/images/${reference.split("/").map(encodeURIComponent).join("/")}/json` });
  return bytes.toString();
}

/** Gives an image a further name, "web:1". */
export async function tagImage(engine: Engine, reference: string, tag: string): Promise<void> {
  const colon = tag.lastIndexOf(":");
  const hasTag = colon > tag.lastIndexOf("/");
  await callBytes(engine.channel, {
    method: "POST",
    path: `/images/${reference.split("/").map(encodeURIComponent).join("/")}/tag`,
    query: { repo: hasTag ? tag.slice(0, colon) : tag, tag: hasTag ? tag.slice(colon + 1) : "latest" },
  });
}
