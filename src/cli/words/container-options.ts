import { resolve } from "node:path";
import { CooperError } from "../../base/errors.ts";
import type { ContainerSpec, HostPort } from "../../engine/container/container-spec.ts";
import { readTextIfThere } from "../../system/file/files.ts";
import { resolveVariables } from "./argument.ts";
import type { VerbContext } from "../context.ts";
import type { ContainerOptions } from "./slim-options.ts";

/** The container that the options in the words of `docker run` ask for. */
export async function readContainerOptions(context: VerbContext, options: ContainerOptions): Promise<Partial<ContainerSpec>> {
  const files = await Promise.all(options.envFile.map((file) => readVariables(resolve(context.cwd, file))));
  const env = resolveVariables([...files.flat(), ...options.env], context.env);
  const { network, user, workdir, entrypoint, cmd, volume, tmpfs, publish, hostname, capAdd, capDrop, securityOpt } = options;
  return {
    ...(env.length > 0 ? { env } : {}),
    ...(entrypoint === undefined ? {} : { entrypoint: [entrypoint] }),
    ...(cmd.length > 0 ? { cmd } : {}),
    ...(network === undefined ? {} : { network }),
    ...(user === undefined ? {} : { user }),
    ...(workdir === undefined ? {} : { workdir }),
    ...(hostname === undefined ? {} : { hostName: hostname }),
    ...(volume.length > 0 ? { binds: volume.map((bind) => absoluteBind(context.cwd, bind)) } : {}),
    ...(tmpfs.length > 0 ? { tmpfs: Object.fromEntries(tmpfs.map(splitOptions)) } : {}),
    ...(publish.length > 0 ? { publish: Object.fromEntries(publish.map(onLoopback)) } : {}),
    ...(capAdd.length > 0 ? { capAdd } : {}),
    ...(capDrop.length > 0 ? { capDrop } : {}),
    ...(securityOpt.length > 0 ? { securityOptions: securityOpt } : {}),
    ...(options.readOnly === true ? { readOnlyRoot: true } : {}),
    ...(options.init === true ? { init: true } : {}),
    ...(options.tty === true ? { tty: true, openStdin: true } : {}),
  };
}

/** A file of `NAME=value` or `NAME` lines, `#` before comments, as `docker run --env-file` reads it. */
async function readVariables(file: string): Promise<readonly string[]> {
  const text = await readTextIfThere(file);
  if (text === null) {
    throw new CooperError("env-file-missing", `There is no file ${file}.`, {
      hint: "Give --env-file a file of NAME=value lines.",
      where: { file },
    });
  }
  return text
    .split(/\r?\n/)
    .map((line) => line.trimStart())
    .filter((line) => line !== "" && !line.startsWith("#"));
}

/** The engine takes a relative folder for the name of a volume. */
function absoluteBind(cwd: string, bind: string): string {
  const [source = "", ...rest] = bind.split(":");
  return source.startsWith(".") ? [resolve(cwd, source), ...rest].join(":") : bind;
}

function splitOptions(text: string): readonly [string, string] {
  const colon = text.indexOf(":");
  return colon < 0 ? [text, ""] : [text.slice(0, colon), text.slice(colon + 1)];
}

function onLoopback(port: string): readonly [string, readonly HostPort[]] {
  return [port.includes("/") ? port : `${port}/tcp`, [{ hostIp: "127.0.0.1", hostPort: null }]];
}
