import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import { readBytesIfThere } from "../../system/file/files.ts";

/** The settings of a file as the docker command reads it: "NAME=value" or a name alone on each line, # for remarks; values of any bytes. */
export async function readEnvFile(path: string): Promise<readonly Buffer[]> {
  const bytes = await readBytesIfThere(path);
  if (bytes === null) throw new CooperError("env-file-missing", `there is no file ${path}`, { where: { file: path }, exit: EXIT.usage });
  return parseEnvFile(bytes);
}

/** The lines that are settings. */
function parseEnvFile(bytes: Buffer): readonly Buffer[] {
  const lines = bytes.toString("latin1").split(/\r?\n/);
  return lines.map((line) => line.trimStart()).flatMap((line) => (line === "" || line.startsWith("#") ? [] : [checked(line)]));
}

/** As the docker command refuses it. */
function checked(line: string): Buffer {
  const [name = ""] = line.split("=");
  if (name !== "" && !/\s/.test(name)) return Buffer.from(line, "latin1");
  throw new CooperError("variable-malformed", `${JSON.stringify(name)} is no name of a variable`, {
    hint: "A line of the file is NAME=value, or NAME alone for the value that it has here; there is no `export`.",
    exit: EXIT.usage,
  });
}

/** A name alone gets its value from here, or is left out. */
export function resolveSettings(settings: readonly Buffer[], env: Readonly<Record<string, string | undefined>>): readonly Buffer[] {
  return settings.flatMap((setting) => {
    if (setting.includes("=")) return [setting];
    const value = env[setting.toString()];
    return value === undefined ? [] : [Buffer.from(`${setting.toString()}=${value}`)];
  });
}
