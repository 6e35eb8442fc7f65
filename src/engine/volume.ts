import type { Engine } from "./open-engine.ts";
import { callBytes, callJson } from "./transport/request.ts";

/** Makes a volume and gives its name. */
export async function createVolume(
  engine: Engine,
  spec: { readonly name: string; readonly labels?: Readonly<Record<string, string>> },
): Promise<string> {
  const reply = await callJson(engine.channel, {
    method: "POST",
    path: "/volumes/create",
    body: { Name: spec.name, Labels: spec.labels ?? {} },
  });
  return reply.at("Name").need();
}

/** The volumes that carry a label. */
export async function listVolumes(
  engine: Engine,
  { label }: { readonly label: string },
): Promise<readonly { readonly name: string; readonly labels: Readonly<Record<string, string>> }[]> {
  const reply = await callJson(engine.channel, { path: "/volumes", query: { filters: JSON.stringify({ label: [label] }) } });
  return reply
    .at("Volumes")
    .list()
    .map((volume) => ({ name: volume.at("Name").need(), labels: volume.at("Labels").textMap() }));
}

/** Removes a volume; one that is not there is fine. */
export async function removeVolume(engine: Engine, name: string): Promise<void> {
  try {
    await callBytes(engine.channel, {
      method: "DELETE",
      path: `/volumes/${encodeURIComponent(name)}`,
      query: { force: true },
      codes: { 404: "volume-unknown" },
    });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "volume-unknown")) throw error;
  }
}

/** The folder of the engine's machine that a volume of the engine's own driver is in; null where there is no such volume. */
export async function volumeFolder(engine: Engine, name: string): Promise<string | null> {
  try {
    const reply = await callJson(engine.channel, { path: `/volumes/${encodeURIComponent(name)}`, codes: { 404: "volume-unknown" } });
    return reply.at("Driver").text() === "local" ? reply.at("Mountpoint").text() || null : null;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "volume-unknown") return null;
    throw error;
  }
}
