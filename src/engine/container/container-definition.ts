import type { Engine } from "../open-engine.ts";
import type { Reply } from "../reply.ts";
import { callJson } from "../transport/request.ts";

/** All that the engine says about a container, and about the image that it was made of (its configuration alone is read; null where the image is gone). */
export async function inspectDefinition(engine: Engine, id: string): Promise<{ readonly container: Reply; readonly image: Reply | null }> {
  const container = await callJson(engine.channel, {
    path: `/containers/${encodeURIComponent(id)}/json`,
    codes: { 404: "container-unknown" },
  });
  return { container, image: await inspectImageOf(engine, container.at("Image").text()) };
}

async function inspectImageOf(engine: Engine, id: string): Promise<Reply | null> {
  try {
    return await callJson(engine.channel, { path: `/images/${encodeURIComponent(id)}/json`, codes: { 404: "image-unknown" } });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "image-unknown") return null;
    throw error;
  }
}
