import { delimiter, join } from "node:path";
import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import { pathExists } from "../../system/file/files.ts";
import { runProcess } from "../../system/process/process.ts";

export type Builder = "classic" | "buildkit";

type Environment = Readonly<Record<string, string | undefined>>;

const USUAL_FOLDERS = ["/usr/local/bin", "/usr/bin", "/bin"];

/** From this version on the docker command builds with BuildKit only through its buildx plugin. */
const FIRST_WITHOUT_BUILDKIT = 23;

/** Finds a `docker` command that can build with the wanted builder, in PATH and the usual folders; throws `docker-command-missing`, `buildkit-unavailable`. */
export async function findDockerCommand(builder: Builder, env: Environment): Promise<string> {
  const commands = await dockerCommands(env);
  const [first] = commands;
  if (first === undefined) throw commandMissing();
  if (builder === "classic") return first;
  for (const command of commands) if (await hasBuildkit(command, env)) return command;
  throw buildkitUnavailable(commands);
}

async function dockerCommands(env: Environment): Promise<readonly string[]> {
  const folders = (env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  const found: string[] = [];
  for (const folder of new Set([...folders, ...USUAL_FOLDERS])) {
    const command = join(folder, "docker");
    if (await pathExists(command)) found.push(command);
  }
  return found;
}

async function hasBuildkit(command: string, env: Environment): Promise<boolean> {
  const version = await answerOf([command, "--version"], env);
  const major = Number(/version (\d+)\./u.exec(version ?? "")?.[1] ?? Number.NaN);
  if (Number.isNaN(major)) return false;
  return major < FIRST_WITHOUT_BUILDKIT || (await answerOf([command, "buildx", "version"], env)) !== null;
}

async function answerOf(argv: readonly string[], env: Environment): Promise<string | null> {
  try {
    const result = await runProcess(argv, { env, timeoutMs: 60_000 });
    return result.exit === 0 ? result.stdout.toString() : null;
  } catch {
    return null;
  }
}

function commandMissing(): CooperError {
  return new CooperError("docker-command-missing", "There is no `docker` command, which builds the images.", {
    hint: "Install it (`apt-get install docker.io`, or docker-ce-cli) or put its folder into PATH.",
    exit: EXIT.engine,
  });
}

function buildkitUnavailable(commands: readonly string[]): CooperError {
  return new CooperError("buildkit-unavailable", `No docker command here builds with BuildKit; looked at ${commands.join(", ")}.`, {
    hint: "Install the buildx plugin (package docker-buildx-plugin or docker-buildx), or use `--builder classic`.",
    exit: EXIT.engine,
  });
}
