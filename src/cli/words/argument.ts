import { InvalidArgumentError } from "commander";
import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";

/** Turns a parser of one value into one that gathers the values of a repeated option. */
export function collect<T>(read: (text: string) => T): (text: string, before: readonly T[]) => readonly T[] {
  return (text, before) => [...before, read(text)];
}

/** "KEY=VALUE" as its two parts; the value may hold "=" and may be empty. */
export function readNameAndValue(text: string): readonly [string, string] {
  const at = text.indexOf("=");
  if (at <= 0) {
    throw new InvalidArgumentError("It must look like NAME=VALUE.");
  }
  return [text.slice(0, at), text.slice(at + 1)];
}

/** "KEY=VALUE", or "KEY" alone for the value that it has here. */
export function readVariable(text: string): string {
  if (!/^[^=\s]+(=|$)/u.test(text)) {
    throw new InvalidArgumentError("It must look like NAME=VALUE or NAME.");
  }
  return text;
}

/** Variables as the engine takes them; one without a value gets that of `env`, or is left out where `env` has none. */
export function resolveVariables(variables: readonly string[], env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const resolve = (name: string): readonly string[] => (env[name] === undefined ? [] : [`${name}=${env[name]}`]);
  return variables.flatMap((variable) => (variable.includes("=") ? [variable] : resolve(variable)));
}

/** "NAME=file:PATH" as name and path. */
export function readNameAndFile(text: string): readonly [string, string] {
  const match = /^([A-Za-z_][A-Za-z0-9_.-]*)=file:(.+)$/su.exec(text);
  if (match === null) {
    throw new InvalidArgumentError("It must look like NAME=file:PATH.");
  }
  return [match[1] ?? "", match[2] ?? ""];
}

/** A factor above 0. */
export function readSpeed(text: string): number {
  const speed = Number(text);
  if (!(speed > 0 && speed <= 10_000)) {
    throw new InvalidArgumentError("It must be a number above 0.");
  }
  return speed;
}

/** Seconds as milliseconds. */
export function readMilliseconds(text: string): number {
  const seconds = Number(text);
  if (!(seconds > 0 && seconds <= 1_000_000)) {
    throw new InvalidArgumentError("It must be a number of seconds above 0.");
  }
  return seconds * 1000;
}

/** "cyclonedx=FILE" or "spdx=FILE" as format and file. */
export function readSbom(text: string): readonly ["cyclonedx" | "spdx", string] {
  const [format, file] = readNameAndValue(text);
  if ((format !== "cyclonedx" && format !== "spdx") || file === "") {
    throw new InvalidArgumentError("It must look like cyclonedx=FILE or spdx=FILE.");
  }
  return [format, file];
}

/** A whole number from 0. */
export function readCount(text: string): number {
  if (!/^\d{1,6}$/u.test(text)) {
    throw new InvalidArgumentError("It must be a whole number.");
  }
  return Number(text);
}

/** A whole number from 1. */
export function readParallel(text: string): number {
  const count = readCount(text);
  if (count === 0) throw new InvalidArgumentError("It must be 1 or more.");
  return count;
}

/** A glob of absolute paths. */
export function readGlob(text: string): string {
  if (!text.startsWith("/")) {
    throw new InvalidArgumentError("It must begin with /.");
  }
  return text;
}

/** "docker", "podman" or "nerdctl". Throws `engine-command-unknown`. */
export function readEngineCommand(text: string): "docker" | "podman" | "nerdctl" {
  if (text === "docker" || text === "podman" || text === "nerdctl") return text;
  const hint = "It is docker, podman or nerdctl; their program must be in the PATH of a command over ssh.";
  throw new CooperError("engine-command-unknown", `containers cannot be reached by the command ${JSON.stringify(text)}`, {
    hint,
    exit: EXIT.usage,
  });
}

/** "enter", "signal" or a number of seconds. */
export function readWait(text: string): string {
  if (text !== "enter" && text !== "signal" && !(Number(text) > 0)) {
    throw new InvalidArgumentError("It must be enter, signal or a number of seconds.");
  }
  return text;
}

/** "docker", or "oci", "tar" or "dockerfile" with "=PATH". */
export function readOutput(text: string): { readonly format: "docker" | "oci" | "tar" | "dockerfile"; readonly path: string } {
  const [name = "", ...rest] = text.split("=");
  const format = (["docker", "oci", "tar", "dockerfile"] as const).find((one) => one === name);
  if (format === undefined) {
    throw new InvalidArgumentError("It must be docker, oci, tar or dockerfile, the last three perhaps with =PATH.");
  }
  return { format, path: rest.join("=") };
}
