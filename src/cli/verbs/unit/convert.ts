import { join } from "node:path";
import { EXIT } from "../../../base/exit-code.ts";
import { readYaml } from "../../../format/yaml/read-yaml.ts";
import { parseLegacy } from "../../../ship/settings/legacy/legacy-file.ts";
import { toCompose } from "../../../ship/settings/legacy/to-compose.ts";
import { toLegacy } from "../../../ship/settings/legacy/to-legacy.ts";
import { readUnitFile } from "../../../ship/settings/read-unit-file.ts";
import { unitVariables } from "../../../ship/units/load-unit.ts";
import { readTextIfThere } from "../../../system/file/files.ts";
import { escapeLines } from "../../../terminal/escape-text.ts";
import type { VerbContext } from "../../context.ts";
import { findNamedUnit, surroundings, type UnitOptions } from "../../words/unit-options.ts";
import { writeReport } from "../../write-report.ts";

interface ConvertOptions extends Pick<UnitOptions, "root"> {
  readonly output?: string;
}

/** `cooper convert`: an original settings.yaml as compose.yaml, or a compose.yaml as settings.yaml; 4 when something has no counterpart. */
export async function convert(context: VerbContext, word: string, options: ConvertOptions): Promise<number> {
  const { unit, host } = await findNamedUnit(context, word, options);
  const path = join(unit.path, unit.file);
  const text = (await readTextIfThere(path)) ?? "";
  if (unit.file === "settings.yaml") {
    const made = toCompose(parseLegacy(text, path, unit.name), unit.name);
    for (const note of made.notes) find(context, "setting-without-effect", note);
    await putOut(context, made.text, options.output);
    return EXIT.done;
  }
  const file = readUnitFile(readYaml(text, path), await unitVariables(unit, host, surroundings(context).env));
  const made = toLegacy(file, { folder: unit.path, volumes: join(host.volumes ?? "/rw/dv", unit.name) });
  for (const key of made.left) find(context, "setting-not-converted", `${key} has no counterpart in settings.yaml`);
  await putOut(context, made.text, options.output);
  return made.left.length === 0 ? EXIT.done : EXIT.incomplete;
}

function find(context: VerbContext, code: string, message: string): void {
  context.progress.emit({ kind: "finding", finding: { code, message } });
}

async function putOut(context: VerbContext, text: string, file: string | undefined): Promise<void> {
  if (file === undefined) await context.print(escapeLines(text));
  else await writeReport(context, file, text);
}
