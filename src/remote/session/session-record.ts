import { join } from "node:path";
import * as z from "zod";
import { readTextIfThere, writeFileAtomically } from "../../system/file/files.ts";

const settingsSchema = z.object({
  /** Words that each `docker run` gets before those of the command line. */
  run: z.array(z.string()),
  registry: z.string().nullable(),
  distro: z.enum(["ubuntu", "alpine"]).nullable(),
  /** The public key that an overlay image lets in. */
  sshKey: z.string().nullable(),
  /** Name of the image that was built for the session. */
  built: z.string().nullable(),
  /** How long a program waits at most for the engine's machine. */
  deadlineMs: z.number().default(5_000),
});

/** What was settled for a session beside its engine. */
export type SessionSettings = Readonly<z.infer<typeof settingsSchema>>;

const NO_SETTINGS: SessionSettings = { run: [], registry: null, distro: null, sshKey: null, built: null, deadlineMs: 5_000 };

/** Address of an engine as for `--host`, and Docker context; null: as the docker command finds it. */
const engineSchema = z.object({ host: z.string().nullable(), context: z.string().nullable() });

const recordSchema = z.object({
  version: z.literal(1),
  name: z.string(),
  /** Kept until `dev rm`; else it is gone with its container. */
  persistent: z.boolean(),
  /** Where the person works on this machine: the mounts are below it. */
  workFolder: z.string(),
  engine: engineSchema,
  container: z.object({ id: z.string(), name: z.string(), isOwn: z.boolean() }).nullable(),
  /** The Swarm's service that the container is of, and the manager's engine; null where no Swarm placed it. */
  service: z.object({ id: z.string(), manager: engineSchema }).nullable().default(null),
  image: z.string().nullable(),
  /** User of the commands; null: the container's own. */
  user: z.string().nullable(),
  /** Folder of the engine's machine where images are built. */
  buildFolder: z.string().nullable(),
  /** The container's files are a folder below the work folder. */
  isMounted: z.boolean(),
  /** Of the session's process. */
  socket: z.string(),
  /** Nobody else can guess the claim of this session. */
  key: z.string(),
  settings: settingsSchema.default({ ...NO_SETTINGS, run: [] }),
  createdAt: z.number(),
});

/** What a session is, as its folder keeps it. */
export type SessionRecord = Readonly<z.infer<typeof recordSchema>>;

/** A session and the folder that it is kept in. */
export interface Session {
  readonly folder: string;
  readonly record: SessionRecord;
}

function recordFile(folder: string): string {
  return join(folder, "session.json");
}

/** The session of a folder; null where it holds none. */
export async function readSession(folder: string): Promise<Session | null> {
  const text = await readTextIfThere(recordFile(folder));
  const parsed = recordSchema.safeParse(text === null ? null : parseJson(text));
  return parsed.success ? { folder, record: parsed.data } : null;
}

/** Writes what a session is; a reader sees the old or the new. */
export async function writeSession(folder: string, record: SessionRecord): Promise<Session> {
  await writeFileAtomically(recordFile(folder), `${JSON.stringify(record, null, 2)}\n`, 0o600);
  return { folder, record };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
