import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { openSensor } from "../../src/trace/open-sensor.ts";
import type { Sensor } from "../../src/trace/sensor.ts";
import type { SensorMode } from "../../src/trace/sensor-mode.ts";
import { cooperProgram } from "../support/cli.ts";
import { testEngine } from "../support/engine.ts";

/** The sensor's program for this machine's processors, as the build made it. */
export function sensorProgram(): Promise<Buffer> {
  return readFile(path.join(path.dirname(cooperProgram()), `sensor-linux-${process.arch}`));
}

/** A sensor on the tests' engine; the caller removes it. */
export async function openTestSensor(input: {
  readonly image: string;
  readonly mode: SensorMode | "auto";
  readonly hasCalls?: boolean;
}): Promise<Sensor> {
  const run = `cooper-test-${randomBytes(5).toString("hex")}`;
  return openSensor(await testEngine(), { ...input, program: await sensorProgram(), run, isTrusted: true });
}
