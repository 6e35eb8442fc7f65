import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { CooperError, isCooperError } from "../base/errors.ts";
import { EXIT } from "../base/exit-code.ts";
import { getArchive, putArchive } from "../engine/container/container.ts";
import type { Engine } from "../engine/open-engine.ts";
import { createVolume, removeVolume } from "../engine/volume.ts";
import { tarMember } from "../format/tar/member.ts";
import { readTar } from "../format/tar/read-tar.ts";
import { writeTar } from "../format/tar/write-tar.ts";
import { SENSOR_FOLDER, SENSOR_PROGRAM } from "./sensor-folder.ts";

/** Makes the volume of one run; `run` labels it and names it. */
export function createSensorVolume(engine: Engine, run: string): Promise<string> {
  return createVolume(engine, { name: `cooper-sensor-${run}`, labels: { "cooper.owner": run } });
}

/** Puts the sensor into the volume through a container that has it, started or not. */
export async function fillSensorVolume(engine: Engine, containerId: string, sensor: Uint8Array): Promise<void> {
  const member = tarMember({ path: "sensor", mode: 0o755, size: sensor.length });
  await putArchive(engine, containerId, SENSOR_FOLDER, Readable.from(writeTar([{ member, body: sensor }]), { objectMode: false }));
}

/** Throws `sensor-altered` unless the volume holds just this sensor. */
export async function checkSensorVolume(engine: Engine, containerId: string, sensor: Uint8Array): Promise<void> {
  const wanted = createHash("sha256").update(sensor).digest("hex");
  for await (const file of readTar(await getArchive(engine, containerId, SENSOR_PROGRAM))) {
    const hash = createHash("sha256");
    for await (const piece of file.body) hash.update(piece);
    if (file.member.type === "file" && hash.digest("hex") === wanted) return;
  }
  throw new CooperError("sensor-altered", "The sensor's volume does not hold the sensor that was put there.", {
    hint: "Nothing that was traced with it counts. Something else on this engine writes into volumes.",
    exit: EXIT.incomplete,
  });
}

const REMOVED_WITHIN_MS = 60_000;
const AGAIN_AFTER_MS = 100;

/** Removes the volume; a container that is just going may hold it for a moment. */
export async function removeSensorVolume(engine: Engine, name: string): Promise<void> {
  const deadline = Date.now() + REMOVED_WITHIN_MS;
  for (;;) {
    try {
      await removeVolume(engine, name);
      return;
    } catch (error) {
      if (!isCooperError(error) || Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS));
    }
  }
}
