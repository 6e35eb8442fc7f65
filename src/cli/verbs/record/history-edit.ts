import { join } from "node:path";
import { CooperError } from "../../../base/errors.ts";
import { EXIT } from "../../../base/exit-code.ts";
import type { Choices, History } from "../../../history/model.ts";
import { changeChoices, checkChoices, type ChoiceChanges, NO_CHOICES } from "../../../record/choices.ts";
import { parseChoices, parseCommand, printChoices } from "../../../record/choices-text.ts";
import { findHistory } from "../../../record/find-history.ts";
import { makeTempFolder, readTextIfThere, writeFileAtomically } from "../../../system/file/files.ts";
import { runInForeground } from "../../../system/process/foreground.ts";
import type { EngineChoice, VerbContext } from "../../context.ts";
import { openStore } from "../../open-store.ts";
import { openEngineIfThere } from "../../places.ts";
import { findRecorded } from "../../recorded-name.ts";

interface EditOptions extends EngineChoice, Omit<ChoiceChanges, "cmd"> {
  readonly cmd?: string;
  readonly reset?: boolean;
}

const OWN_FILE_MODE = 0o600;

function hasFlags(options: EditOptions): boolean {
  const lists = [options.keep, options.drop, options.rename, options.annotate, options.secret];
  return lists.some((list) => list.length > 0) || options.cmd !== undefined || options.reset === true;
}

function readCommand(text: string | undefined): readonly string[] | null {
  if (text === undefined) return null;
  const command = parseCommand(text);
  if (command !== undefined) return command;
  throw new CooperError("command-unreadable", `the command cannot be understood: ${text}`, {
    hint: `Give words, or a JSON list: --cmd '["nginx","-g","daemon off;"]'`,
  });
}

function choicesFromFlags(history: History, options: EditOptions): Choices {
  const before = options.reset === true ? NO_CHOICES : history.choices;
  const changed = changeChoices(before, { ...options, cmd: readCommand(options.cmd) });
  return options.cmd?.trim() === "auto" ? { ...changed, cmd: null } : changed;
}

async function choicesFromEditor(context: VerbContext, history: History): Promise<Choices> {
  const editor = context.env["VISUAL"] ?? context.env["EDITOR"] ?? "vi";
  const temp = await makeTempFolder("cooper-edit-");
  try {
    const file = join(temp.path, "history.txt");
    await writeFileAtomically(file, printChoices(history, history.choices), OWN_FILE_MODE);
    // The editor's name may hold arguments, as other programs allow too.
    const exit = await runInForeground(["/bin/sh", "-c", `${editor} "$1"`, "sh", file], context.env);
    if (exit !== 0) throw editorFailed(editor, exit);
    return parseChoices((await readTextIfThere(file)) ?? "");
  } finally {
    await temp.remove();
  }
}

function editorFailed(editor: string, exit: number): CooperError {
  return new CooperError("editor-failed", `the editor (${editor}) ended with exit code ${exit}; nothing was changed`, {
    hint: "Set EDITOR to an editor that is installed, or use the flags: cooper help history edit",
    exit: EXIT.no,
  });
}

/** `cooper history edit`: what the person decides about the Steps, from flags or an editor. */
export async function editHistory(context: VerbContext, given: string, wanted: EditOptions): Promise<number> {
  const { name, choice } = await findRecorded(context, given, wanted);
  const options = { ...wanted, ...choice };
  const engine = await openEngineIfThere(context, options);
  const store = openStore(context);
  const history = await findHistory({ engine, store, name });
  const choices = hasFlags(options) ? choicesFromFlags(history, options) : await choicesFromEditor(context, history);
  checkChoices(choices, history);
  await store.saveChoices(history.container.engineId, history.container.id, choices);
  context.progress.emit({ kind: "progress", text: `saved; cooper replay ${history.container.name} follows it` });
  return EXIT.done;
}
