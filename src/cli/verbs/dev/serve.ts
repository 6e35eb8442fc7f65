import type { Engine } from "../../../engine/open-engine.ts";
import { failureFile } from "../../../remote/client/reach-session.ts";
import { failureOf } from "../../../remote/serve/command-failures.ts";
import { claimSession, serveSession } from "../../../remote/serve/session-process.ts";
import type { SensorPrograms } from "../../../remote/serve/session-mount.ts";
import { withLink } from "../../../remote/link/with-link.ts";
import { readSession } from "../../../remote/session/session-record.ts";
import { writeFileAtomically } from "../../../system/file/files.ts";
import type { VerbContext } from "../../context.ts";
import { openStore } from "../../open-store.ts";
import { localSensor, readSensor } from "../../sensor-program.ts";

/** `cooper dev serve`: the process of a session, which other verbs start. */
export async function devServe(context: VerbContext, folder: string): Promise<number> {
  const { env, home, clock, randomHex, signal, progress } = context;
  const session = await readSession(folder);
  if (session === null) return 0;
  try {
    // The claim comes first: who opens the link ends one that a killed process left.
    await claimSession(session, () =>
      withLink(session, { env, home, signal }, ({ engine, link }) =>
        serveSession({
          folder,
          engine,
          link,
          store: openStore(context),
          clock,
          randomHex,
          env,
          readSensor: readPrograms,
          emit: progress.emit,
          signal,
        }),
      ),
    );
    return 0;
  } catch (error) {
    await writeFileAtomically(failureFile(folder), JSON.stringify(failureOf(error)), 0o600);
    throw error;
  }
}

async function readPrograms(engine: Engine): Promise<SensorPrograms> {
  return { sensor: await readSensor(engine), local: await localSensor() };
}
