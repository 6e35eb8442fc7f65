import type { Engine } from "../open-engine.ts";
import { callJson } from "../transport/request.ts";

/** The folders of the engine's machine that an image's files are in, the topmost layer first; none where the engine does not say. */
export async function imageFolders(engine: Engine, id: string): Promise<readonly string[]> {
  const reply = await callJson(engine.channel, { path: `/images/${encodeURIComponent(id)}/json`, codes: { 404: "image-unknown" } });
  const graph = reply.at("GraphDriver");
  if (graph.at("Name").text() !== "overlay2") return [];
  const data = graph.at("Data");
  return [data.at("UpperDir").text(), ...data.at("LowerDir").text().split(":")].filter((path) => path.startsWith("/"));
}
