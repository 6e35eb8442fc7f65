import { createContainer, putArchive, removeContainer } from "../engine/container.ts";
import type { Engine } from "../engine/open-engine.ts";
import { createVolume, removeVolume } from "../engine/volume.ts";
import { tarMember } from "../format/tar/member.ts";
import { type TarInput, writeTar } from "../format/tar/write-tar.ts";
import { Readable } from "node:stream";

/** Where the sensor and its records stand inside a traced container: two volumes of this run, the first read-only there. */
export const SENSOR_FOLDER = "/.cooper-sensor";
export const RECORDS_FOLDER = "/.cooper-records";
export const SENSOR_PROGRAM = `${SENSOR_FOLDER}/sensor`;

export interface SensorVolumes {
  readonly program: string;
  readonly records: string;
  /** Volume options as `docker run -v` takes them. */
  readonly binds: readonly string[];
  remove(): Promise<void>;
}

/** Makes the two volumes and fills them through the engine alone, so a remote engine is like a local one. `run` labels what is made. */
export async function placeSensor(engine: Engine, input: { image: string; sensor: Uint8Array; run: string }): Promise<SensorVolumes> {
  const labels = { "cooper.owner": input.run };
  const program = await createVolume(engine, { name: `cooper-sensor-${input.run}`, labels });
  const records = await createVolume(engine, { name: `cooper-records-${input.run}`, labels });
  const remove = async (): Promise<void> => {
    await removeVolume(engine, program);
    await removeVolume(engine, records);
  };
  try {
    await fill(engine, { ...input, labels, binds: [`${program}:${SENSOR_FOLDER}`, `${records}:${RECORDS_FOLDER}`] });
  } catch (error) {
    await remove();
    throw error;
  }
  return { program, records, binds: [`${program}:${SENSOR_FOLDER}:ro,nocopy`, `${records}:${RECORDS_FOLDER}:nocopy`], remove };
}

interface Filling {
  readonly image: string;
  readonly sensor: Uint8Array;
  readonly labels: Readonly<Record<string, string>>;
  readonly binds: readonly string[];
}

/** A container that never starts is the way into a volume. */
async function fill(engine: Engine, { image, sensor, labels, binds }: Filling): Promise<void> {
  const id = await createContainer(engine, { image, labels, binds, network: "none", cmd: ["cooper-never-starts"], entrypoint: [] });
  try {
    await putArchive(
      engine,
      id,
      SENSOR_FOLDER,
      archiveOf([{ member: tarMember({ path: "sensor", mode: 0o755, size: sensor.length }), body: sensor }]),
    );
    await putArchive(engine, id, RECORDS_FOLDER, archiveOf([{ member: tarMember({ path: "log", type: "directory", mode: 0o1777 }) }]));
  } finally {
    await removeContainer(engine, id, { force: true });
  }
}

function archiveOf(members: readonly TarInput[]): Readable {
  return Readable.from(writeTar(members), { objectMode: false });
}
