import { join } from "node:path";
import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import { makeTempFolder, readTextIfThere } from "../../system/file/files.ts";
import { runProcess } from "../../system/process/process.ts";
import { type Builder, findDockerCommand } from "./docker-command.ts";
import type { Engine } from "../open-engine.ts";

export interface BuildSpec {
  /** The build context. */
  readonly folder: string;
  /** Path of the Dockerfile; `Dockerfile` in the folder when absent. */
  readonly dockerfile?: string;
  readonly builder: Builder;
  readonly tag?: string;
  readonly args?: Readonly<Record<string, string>>;
  /** Secret id to the file that holds it (buildkit only). */
  readonly secrets?: Readonly<Record<string, string>>;
  readonly network?: string;
  readonly noCache?: boolean;
  /** Ask for a newer base image even where one is here. */
  readonly pull?: boolean;
  readonly labels?: Readonly<Record<string, string>>;
  readonly target?: string;
  readonly onOutput?: (text: string) => void;
  readonly signal?: AbortSignal;
}

/** Builds an image with the `docker build` command; throws `build-failed`, `buildkit-unavailable`, `docker-command-missing`. */
export async function buildImage(engine: Engine, spec: BuildSpec): Promise<{ readonly imageId: string }> {
  if (spec.builder === "classic" && Object.keys(spec.secrets ?? {}).length > 0) throw secretNeedsBuildkit();
  const docker = await findDockerCommand(spec.builder, engine.env);
  const temp = await makeTempFolder("cooper-build-");
  try {
    const idFile = join(temp.path, "image-id");
    const tail = new OutputTail(spec.onOutput);
    const result = await runProcess([docker, "build", ...buildArguments(spec, idFile)], {
      env: { ...engine.env, ...engine.dockerEnv, ...builderEnv(spec.builder) },
      onOutput: (chunk) => tail.add(chunk),
      ...(spec.signal === undefined ? {} : { signal: spec.signal }),
    });
    const imageId = (await readTextIfThere(idFile))?.trim() ?? "";
    if (result.exit !== 0 || imageId === "") throw buildFailed(spec, tail.text(), result.exit);
    return { imageId };
  } finally {
    await temp.remove();
  }
}

function builderEnv(builder: Builder): Readonly<Record<string, string>> {
  // The engine's own builder: another one of buildx would keep the image to itself.
  return builder === "classic" ? { DOCKER_BUILDKIT: "0" } : { DOCKER_BUILDKIT: "1", BUILDX_BUILDER: "", BUILDKIT_PROGRESS: "plain" };
}

function buildArguments(spec: BuildSpec, idFile: string): readonly string[] {
  const pairs = (option: string, values: Readonly<Record<string, string>> | undefined): readonly string[] =>
    Object.entries(values ?? {}).flatMap(([name, value]) => [option, `${name}=${value}`]);
  const secrets = Object.entries(spec.secrets ?? {}).flatMap(([id, file]) => ["--secret", `id=${id},src=${file}`]);
  return [
    "--iidfile",
    idFile,
    "--file",
    spec.dockerfile ?? join(spec.folder, "Dockerfile"),
    ...(spec.builder === "classic" ? ["--force-rm"] : ["--progress", "plain"]),
    ...(spec.tag === undefined ? [] : ["--tag", spec.tag]),
    ...(spec.network === undefined ? [] : ["--network", spec.network]),
    ...(spec.target === undefined ? [] : ["--target", spec.target]),
    ...(spec.noCache === true ? ["--no-cache"] : []),
    ...(spec.pull === true ? ["--pull"] : []),
    ...pairs("--build-arg", spec.args),
    ...pairs("--label", spec.labels),
    ...secrets,
    "--",
    spec.folder,
  ];
}

const TAIL_BYTES = 4000;

/** Passes output on and remembers its end for the error message. */
class OutputTail {
  readonly #listen: ((text: string) => void) | undefined;
  #tail = "";

  constructor(listen: ((text: string) => void) | undefined) {
    this.#listen = listen;
  }

  add(chunk: Buffer): void {
    const text = chunk.toString();
    this.#tail = (this.#tail + text).slice(-TAIL_BYTES);
    this.#listen?.(text);
  }

  text(): string {
    return this.#tail.trimEnd().split("\n").slice(-8).join("\n");
  }
}

function buildFailed(spec: BuildSpec, tail: string, exit: number): CooperError {
  return new CooperError("build-failed", `The build in ${spec.folder} failed (exit code ${exit}):\n${tail}`, {
    hint: "The last lines name the instruction that failed; it runs by hand with `docker build`.",
    exit: EXIT.no,
  });
}

function secretNeedsBuildkit(): CooperError {
  return new CooperError("secret-needs-buildkit", "The classic builder has no secret mounts.", {
    hint: "Build with `--builder buildkit`.",
  });
}
