import { isAbsolute, join } from "node:path";
import * as z from "zod";
import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import { readYaml, type YamlFile } from "../../format/yaml/read-yaml.ts";
import { readTextIfThere } from "../../system/file/files.ts";

const fields = {
  /** A machine that ssh knows, or an address. */
  host: z.string().optional(),
  /** The command of the engine. */
  docker: z.enum(["docker", "podman", "nerdctl"]).optional(),
  context: z.string().optional(),
  image: z.string().optional(),
  user: z.string().optional(),
  build_dir: z.string().optional(),
  /** Words that `dev run` gives to `docker run` before those of its own command line. */
  run: z.array(z.string()).optional(),
  mount: z.boolean().optional(),
  /** Seconds. */
  deadline: z.number().positive().max(1_000_000).optional(),
  distro: z.enum(["ubuntu", "alpine"]).optional(),
  registry: z.string().optional(),
  /** The public key that an overlay image lets in. */
  ssh_key: z.string().optional(),
};

const presetSchema = z.strictObject(fields);
const settingsSchema = z.strictObject({ ...fields, presets: z.record(z.string(), presetSchema).optional() });

/** What a person has settled for new sessions. */
export type UserSettings = Readonly<z.infer<typeof presetSchema>>;

interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/** Path of the file with the settings: `$XDG_CONFIG_HOME/cooper/dev.yaml`, else `~/.config/cooper/dev.yaml`. */
export function userSettingsFile({ env, home }: Surroundings): string {
  return join(configFolder({ env, home }), "cooper", "dev.yaml");
}

/** The folder of this user's configuration files. */
export function configFolder({ env, home }: Surroundings): string {
  const config = env["XDG_CONFIG_HOME"] ?? "";
  return isAbsolute(config) ? config : join(home, ".config");
}

/** The settings, with those of a preset before the others; none where there is no file. Throws `user-settings-invalid`, `preset-unknown`. */
export async function readUserSettings(around: Surroundings, preset: string | undefined): Promise<UserSettings> {
  const file = userSettingsFile(around);
  const text = await readTextIfThere(file);
  const read = text === null || text.trim() === "" ? null : readYaml(text, file);
  const { presets = {}, ...general } = read === null || read.value === null ? {} : parse(read);
  if (preset === undefined) return general;
  const own = presets[preset];
  if (own === undefined) throw unknownPreset(preset, Object.keys(presets), file);
  return { ...general, ...own };
}

function parse(read: YamlFile): z.infer<typeof settingsSchema> {
  const parsed = settingsSchema.safeParse(read.value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = (issue?.path ?? []).map((part) => (typeof part === "number" ? part : String(part)));
  const key = issue?.code === "unrecognized_keys" ? [...path, ...issue.keys.slice(0, 1)] : path;
  throw new CooperError("user-settings-invalid", `${key.join(".") || "the file"}: ${issue?.message ?? "is not understood"}`, {
    hint: `The keys are ${Object.keys(fields).join(", ")} and presets. See docs/guide/remote.md.`,
    where: issue?.code === "unrecognized_keys" ? read.keyPlace(key) : read.place(path),
    exit: EXIT.usage,
  });
}

function unknownPreset(preset: string, known: readonly string[], file: string): CooperError {
  return new CooperError("preset-unknown", `there is no preset "${preset}"`, {
    hint: known.length === 0 ? `Write one into ${file}, below "presets:".` : `There are: ${known.join(", ")} (${file})`,
    exit: EXIT.usage,
  });
}
