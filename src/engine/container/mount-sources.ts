import type { Engine } from "../open-engine.ts";
import { callJson } from "../transport/request.ts";

/** The paths of the engine's machine that its containers, running or not, have mounted. */
export async function mountSources(engine: Engine): Promise<ReadonlySet<string>> {
  const reply = await callJson(engine.channel, { path: "/containers/json", query: { all: true } });
  return new Set(
    reply.list().flatMap((container) =>
      container
        .at("Mounts")
        .list()
        .map((mount) => mount.at("Source").text()),
    ),
  );
}
