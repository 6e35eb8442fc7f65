import { EXIT } from "../../../base/exit-code.ts";
import { printYaml } from "../../../format/yaml/print-yaml.ts";
import { explain, type Explanation } from "../../../ship/settings/explain.ts";
import { unitJsonSchema } from "../../../ship/settings/schema/json-schema.ts";
import { layersOfUnit, resolveSettings } from "../../../ship/settings/resolve.ts";
import { shownSettings, shownValue } from "../../../ship/settings/shown.ts";
import { loadUnit } from "../../../ship/units/load-unit.ts";
import { escapeLines, escapeText } from "../../../terminal/escape-text.ts";
import type { VerbContext } from "../../context.ts";
import { toJson } from "../../json.ts";
import { findNamedUnit, surroundings, type UnitOptions } from "../../words/unit-options.ts";

interface ConfigOptions extends UnitOptions {
  readonly explain?: string;
  readonly schema?: boolean;
  readonly json?: boolean;
}

/** `cooper config`: the settings of a unit as they count, or where the value of one key comes from. */
export async function config(context: VerbContext, word: string, options: ConfigOptions): Promise<number> {
  if (options.schema === true) {
    await context.print(`${JSON.stringify(unitJsonSchema(), null, 2)}\n`);
    return EXIT.done;
  }
  const { unit, host } = await findNamedUnit(context, word, options);
  const sources = await loadUnit(unit, host, { around: surroundings(context), mode: options.mode, set: options.set });
  const settings = resolveSettings(sources);
  if (options.explain === undefined) {
    const shown = shownSettings(settings);
    const { name, folder, mode } = settings;
    await context.print(
      options.json === true ? toJson("cooper.config/1", { unit: name, folder, mode, ...shown }) : escapeLines(printYaml(shown)),
    );
    return EXIT.done;
  }
  const explanation = masked(explain(options.explain, layersOfUnit(sources), settings));
  await context.print(options.json === true ? toJson("cooper.explain/1", explanation) : renderExplanation(explanation));
  return explanation.value === undefined ? EXIT.no : EXIT.done;
}

function masked(explanation: Explanation): Explanation {
  const show = (value: unknown): unknown => shownValue(explanation.key, value);
  const voices = explanation.voices.map((voice) => ({ ...voice, value: show(voice.value) }));
  return { ...explanation, value: show(explanation.value), voices };
}

function renderExplanation({ key, value, voices }: Explanation): string {
  if (value === undefined) return `${escapeText(key)} is not set\n`;
  const width = Math.max(...voices.map(({ source }) => source.length));
  const lines = voices.map((voice) => `  ${voice.source.padEnd(width)}  ${escapeText(voice.place)}  ${oneLine(voice.value)}\n`);
  return `${escapeText(key)} = ${oneLine(value)}\n${lines.join("")}`;
}

function oneLine(value: unknown): string {
  return escapeText(JSON.stringify(value));
}
