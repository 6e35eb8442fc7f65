import { hostname } from "node:os";
import { CooperError } from "../../../base/errors.ts";
import { EXIT } from "../../../base/exit-code.ts";
import { type Instance, instanceOf } from "../../../ship/look/instance.ts";
import { isUp, readStates } from "../../../ship/look/instance-state.ts";
import { waveOf } from "../../../ship/look/unit-kinds.ts";
import { placeText } from "../../../ship/settings/layer.ts";
import { escapeText } from "../../../terminal/escape-text.ts";
import { type StateRow, stateText } from "../../../terminal/ps-view.ts";
import type { VerbContext } from "../../context.ts";
import { toJson } from "../../json.ts";
import { exitOfLook, instancesOf, type Look, type LookOptions, openLook } from "../../units/look.ts";

interface CheckOptions extends LookOptions {
  readonly brief?: boolean;
}

/** `cooper check`: whether all is up that should be: what was named, every unit with `--all`, else every unit that starts by itself here. */
export async function check(context: VerbContext, words: readonly string[], options: CheckOptions): Promise<number> {
  if (words.length > 0 && options.all === true) {
    throw new CooperError("units-and-all", "Units were named, and --all was said too.", { hint: "Name the units, or say --all." });
  }
  const look = await openLook(context, words, options);
  const wanted = words.length > 0 ? await instancesOf(context, look, words) : expected(look, options.all === true);
  const unread = look.units.filter(
    ({ problem, unit }) => problem !== null && (words.length === 0 || wanted.some((one) => one.unit === unit.name)),
  );
  for (const { problem, unit } of words.length > 0 ? [] : unread) {
    const { code = "settings-invalid", message = "", where } = problem ?? {};
    context.progress.emit({
      kind: "finding",
      finding: { code, message: `${placeText(where ?? {})}: ${unit.name} cannot be looked at: ${message}` },
    });
  }
  const rows = (
    await Promise.all(
      look.engines.map(async ({ name, engine, containers }) =>
        (await readStates(engine, wanted, containers)).map((state): StateRow => ({ context: name, ...state })),
      ),
    )
  ).flat();
  const down = rows.filter((row) => !isUp(row));
  const isComplete = look.failed.length === 0 && (words.length > 0 || unread.length === 0);
  await context.print(renderCheck(context, { rows, down, isComplete, options }));
  if (look.failed.length > 0) return exitOfLook(look, EXIT.done);
  if (!isComplete) return EXIT.incomplete;
  return down.length > 0 ? EXIT.no : EXIT.done;
}

function expected({ units, host }: Look, isAll: boolean): readonly Instance[] {
  const machine = host.settings.machine.name ?? hostname();
  return units.filter((known) => isAll || waveOf(known, machine) !== null).map(instanceOf);
}

interface Checked {
  readonly rows: readonly StateRow[];
  readonly down: readonly StateRow[];
  readonly isComplete: boolean;
  readonly options: CheckOptions;
}

function renderCheck({ clock, style }: VerbContext, { rows, down, isComplete, options }: Checked): string {
  const isOk = down.length === 0 && isComplete;
  if (options.json === true) {
    return toJson("cooper.check/1", { ok: isOk, complete: isComplete, up: rows.filter((row) => !down.includes(row)), down });
  }
  if (options.brief === true) return isOk ? "y\n" : "n\n";
  if (isOk) return "all ok\n";
  const lines = down
    .map((row) => `${row.context === "" ? "" : `${escapeText(row.context)} `}${escapeText(row.name)}: ${stateText(row, clock(), style)}\n`)
    .join("");
  return lines === "" ? "not all could be looked at\n" : lines;
}
