import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import { runProcess } from "../../system/process/process.ts";
import { findDockerCommand } from "./docker-command.ts";
import type { Engine } from "../open-engine.ts";

/** Has the engine fetch an image, with the registry logins of the `docker` command; throws `image-not-pulled`, `docker-command-missing`. */
export async function pullImage(engine: Engine, reference: string, signal: AbortSignal): Promise<void> {
  const docker = await findDockerCommand("classic", engine.env);
  const env = { ...engine.env, ...engine.dockerEnv };
  const { exit, stderr } = await runProcess([docker, "pull", "--quiet", "--", reference], { env, signal });
  if (exit === 0) return;
  const said = stderr.toString().trim().split("\n").at(-1) ?? "";
  throw new CooperError("image-not-pulled", `The engine has no image ${reference}, and it could not be pulled: ${said}`, {
    hint: "Mend `image` in the settings, log in with `docker login`, or load the image.",
    where: { image: reference },
    exit: EXIT.engine,
  });
}
