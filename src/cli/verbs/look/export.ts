import { EXIT } from "../../../base/exit-code.ts";
import { CooperError } from "../../../base/errors.ts";
import { asCompose } from "../../../ship/export/as-compose.ts";
import { asQuadlet } from "../../../ship/export/as-quadlet.ts";
import { asRun } from "../../../ship/export/as-run.ts";
import { asSettings } from "../../../ship/export/as-settings.ts";
import { asStack } from "../../../ship/export/as-stack.ts";
import { define, type Definition } from "../../../ship/export/definition.ts";
import type { Exported } from "../../../ship/export/exported.ts";
import { readFacts } from "../../../ship/export/facts.ts";
import { escapeLines } from "../../../terminal/escape-text.ts";
import type { VerbContext } from "../../context.ts";
import { toJson } from "../../json.ts";
import type { LookOptions } from "../../units/look.ts";
import { chooseContainers, exitOfChosen, forEach, type Looked } from "../../units/look-several.ts";
import { writeReport } from "../../write-report.ts";

type Form = "run" | "compose" | "settings" | "quadlet" | "stack";

interface ExportOptions extends LookOptions {
  readonly as: Form;
  readonly output?: string;
  readonly secrets?: boolean;
}

const PRINTERS: Readonly<Record<Form, (definition: Definition) => Exported>> = {
  run: asRun,
  compose: asCompose,
  settings: asSettings,
  quadlet: asQuadlet,
  stack: asStack,
};

/** `cooper export`: the definition of containers, less what they have from their images; 4 where the form cannot say all. */
export async function exportDefinition(context: VerbContext, words: readonly string[], options: ExportOptions): Promise<number> {
  const chosen = await chooseContainers(context, words, { ...options, needs: "container" });
  if (options.output !== undefined && chosen.chosen.length > 1) {
    throw new CooperError("output-for-one", "A file holds the definition of one container; several were named.", {
      hint: "Name one, or leave --output out.",
    });
  }
  const { done, hasFailed } = await forEach(context, chosen, (one) => exportOne(context, one, options));
  if (options.json === true) {
    const exports = done.map(([{ engine, container }, { text, left }]) => ({ context: engine.name, name: container.name, text, left }));
    await context.print(toJson("cooper.export/1", { as: options.as, exports }));
  } else if (options.output === undefined) {
    await context.print(done.map(([, { text }]) => escapeLines(text)).join(SEPARATORS[options.as]));
  } else {
    for (const [, { text }] of done) await writeReport(context, options.output, text);
  }
  const exit = exitOfChosen(chosen, hasFailed);
  return exit === EXIT.done && done.some(([, { left }]) => left.length > 0) ? EXIT.incomplete : exit;
}

const SEPARATORS: Readonly<Record<Form, string>> = { run: "\n", compose: "---\n", settings: "---\n", quadlet: "\n", stack: "---\n" };

async function exportOne(context: VerbContext, { engine, container }: Looked, options: ExportOptions): Promise<Exported> {
  const facts = await readFacts(engine.engine, container.id);
  const definition = define(facts, { secrets: options.secrets === true });
  const exported = PRINTERS[options.as](definition);
  const find = (code: string, message: string, hint: string): void =>
    context.progress.emit({ kind: "finding", finding: { code, message, hint } });
  if (facts.isImageGone) {
    find(
      "image-gone",
      `The image of ${container.name} is gone: what it had from there stands in the definition too.`,
      "Build or pull it again.",
    );
  }
  if (definition.withheld.length > 0) {
    find(
      "secret-withheld",
      `${container.name}: ${definition.withheld.join(", ")} ${definition.withheld.length === 1 ? "looks like a secret: its value is" : "look like secrets: their values are"} left out.`,
      "Set it in the environment of who runs this; --secrets writes values.",
    );
  }
  if (exported.beyond !== undefined && exported.beyond.length > 0) {
    find(
      "key-not-in-units",
      `${container.name}: Compose carries out ${exported.beyond.join(", ")}; in a unit, cooper refuses ${exported.beyond.length === 1 ? "it" : "them"}.`,
      "Take them out to make a unit of the file, or leave the container to Compose.",
    );
  }
  if (exported.left.length > 0) {
    const left = exported.left.join(", ");
    find(
      "setting-not-exported",
      `${container.name}: not to be said as ${options.as}: ${left}.`,
      "The definition says less than the container has.",
    );
  }
  return exported;
}
