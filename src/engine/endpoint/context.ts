import { createHash } from "node:crypto";
import { join } from "node:path";
import { CooperError } from "../../base/errors.ts";
import { errorCode, pathExists, readTextIfThere } from "../../system/file/files.ts";
import { parseReply, type Reply } from "../reply.ts";
import type { Endpoint, Environment, TlsMaterial } from "./endpoint.ts";
import { parseHost } from "./parse-host.ts";
import { readTlsFolder } from "./tls-material.ts";

/** The folder with the docker command's configuration: DOCKER_CONFIG, else `~/.docker`. */
export function dockerConfigFolder(env: Environment, home: string): string {
  const given = env["DOCKER_CONFIG"] ?? "";
  return given === "" ? join(home, ".docker") : given;
}

/** The name of the chosen Docker context (`docker context use`), null for the default one. */
export async function currentContext(configFolder: string): Promise<string | null> {
  const file = join(configFolder, "config.json");
  const text = await readTextIfThere(file).catch((error: unknown) => {
    // The docker command goes on without it too: what is somebody else's settles nothing.
    if (errorCode(error) === "EACCES") return null;
    throw error;
  });
  if (text === null || text.trim() === "") return null;
  const name = readJson(text, file).at("currentContext").text();
  return name === "" || name === "default" ? null : name;
}

/** The engine that a Docker context names; throws `context-unknown`. */
export async function readContext(configFolder: string, name: string): Promise<{ readonly endpoint: Endpoint; readonly url: string }> {
  const id = createHash("sha256").update(name).digest("hex");
  const file = join(configFolder, "contexts", "meta", id, "meta.json");
  const text = await readTextIfThere(file);
  if (text === null) throw unknownContext(name, file);
  const docker = readJson(text, file).at("Endpoints", "docker");
  const url = docker.at("Host").text();
  if (url === "") throw unknownContext(name, file);
  const tls = await contextTls(join(configFolder, "contexts", "tls", id, "docker"), docker.at("SkipTLSVerify").flag());
  return { endpoint: parseHost(url, tls), url };
}

async function contextTls(folder: string, skipVerify: boolean): Promise<TlsMaterial | null> {
  if (!skipVerify && !(await pathExists(folder))) return null;
  return readTlsFolder(folder, !skipVerify);
}

function readJson(text: string, file: string): Reply {
  try {
    return parseReply(text);
  } catch (cause) {
    throw new CooperError("docker-config-malformed", `The file ${file} is not JSON.`, {
      hint: "Mend it or move it away; the docker command cannot read it either.",
      where: { file },
      cause,
    });
  }
}

function unknownContext(name: string, file: string): CooperError {
  return new CooperError("context-unknown", `There is no Docker context "${name}" with a docker endpoint.`, {
    hint: "See `docker context ls`; DOCKER_CONTEXT or `docker context use` chose this one.",
    where: { file },
  });
}
