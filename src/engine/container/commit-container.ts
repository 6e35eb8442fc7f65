import type { Engine } from "../open-engine.ts";
import { callJson } from "../transport/request.ts";

/** Makes an image of a container's file system and settings (not of its volumes), as `docker commit` does; gives its id. The container is paused meanwhile, unless told otherwise. */
export async function commitContainer(engine: Engine, id: string, options: { readonly pause?: boolean } = {}): Promise<string> {
  const reply = await callJson(engine.channel, {
    method: "POST",
    path: "/commit",
    query: { container: id, pause: options.pause ?? true },
    codes: { 404: "container-unknown" },
    answerWithinMs: 600_000,
  });
  return reply.at("Id").need();
}
