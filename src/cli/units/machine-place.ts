import type { Engine } from "../../engine/open-engine.ts";
import type { Place } from "../../ship/provision/place.ts";
import type { UnitSettings } from "../../ship/settings/layer.ts";
import type { Host } from "../../ship/units/load-host.ts";
import { escapeText } from "../../terminal/escape-text.ts";
import { askHidden } from "../../system/terminal/ask-hidden.ts";
import type { VerbContext } from "../context.ts";
import { surroundings } from "../words/unit-options.ts";

/** Where a verb carries out a plan: a person who is asked for a secret is the one at the terminal. */
export function machinePlace(context: VerbContext, engine: Engine, parts: { readonly settings: UnitSettings; readonly host: Host }): Place {
  const { stdin, stderr, signal, progress } = context;
  return {
    engine,
    settings: parts.settings,
    host: parts.host,
    around: surroundings(context),
    ask: (question) => askHidden(escapeText(question), { input: stdin, output: stderr, signal }),
    emit: progress.emit,
  };
}
