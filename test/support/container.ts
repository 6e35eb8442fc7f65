import { randomBytes } from "node:crypto";
import { outputOf, runOnHost } from "./host-command.ts";

export interface TestContainer {
  readonly name: string;
  readonly id: string;
  /** Runs a command inside (never recorded) and returns what it printed. */
  readonly run: (...argv: string[]) => Promise<string>;
}

export interface ContainerOptions {
  readonly image?: string;
  /** More arguments for `docker run`, before the image. */
  readonly args?: readonly string[];
  /** What the container runs; `sleep infinity` unless told. */
  readonly command?: readonly string[];
}

/** A name that nothing else on the engine has; all names of one run of script/test start alike, so that it can look for what is left. */
export function uniqueName(word: string): string {
  return ["cooper-test", process.env["COOPER_TEST_RUN"], word, randomBytes(5).toString("hex")].filter(Boolean).join("-");
}

/** The arguments for `docker run` that put a container into the tests' own network, where the suite made one. */
function networkArguments(): readonly string[] {
  const network = process.env["COOPER_TEST_NETWORK"];
  return network === undefined ? [] : ["--network", network];
}

/** Starts a container with a unique name; the caller removes it. */
export async function startContainer(options: ContainerOptions = {}): Promise<TestContainer> {
  const name = uniqueName("box");
  const image = options.image ?? "debian:bookworm";
  const command = options.command ?? ["sleep", "infinity"];
  const id = await outputOf([
    "docker",
    "run",
    "-d",
    "--init",
    "--name",
    name,
    ...networkArguments(),
    ...(options.args ?? []),
    image,
    ...command,
  ]);
  return { name, id, run: (...argv) => outputOf(["docker", "exec", name, ...argv]) };
}

/** Removes a container with its anonymous volumes; one that is gone is no error. */
export async function removeContainer(name: string): Promise<void> {
  await runOnHost(["docker", "rm", "-f", "-v", name]);
}

/** Gives `use` a running container of its own and removes it afterwards, also when `use` fails. */
export async function withContainer<T>(options: ContainerOptions, use: (container: TestContainer) => Promise<T>): Promise<T> {
  const container = await startContainer(options);
  try {
    return await use(container);
  } finally {
    await removeContainer(container.name);
  }
}
