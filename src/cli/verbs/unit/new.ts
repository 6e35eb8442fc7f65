import { EXIT } from "../../../base/exit-code.ts";
import { makeUnit } from "../../../ship/new-unit/make-unit.ts";
import { loadHost } from "../../../ship/units/load-host.ts";
import { escapeText } from "../../../terminal/escape-text.ts";
import type { VerbContext } from "../../context.ts";
import { toJson } from "../../json.ts";
import { surroundings } from "../../words/unit-options.ts";

interface NewOptions {
  readonly root: readonly string[];
  readonly base: string;
  readonly harden?: boolean;
  readonly json?: boolean;
}

/** `cooper new`: lays out the folder of a unit. */
export async function newUnit(context: VerbContext, name: string, options: NewOptions): Promise<number> {
  const { roots } = await loadHost(surroundings(context), { root: options.root });
  const path = await makeUnit(name, { base: options.base, isHardened: options.harden === true }, { cwd: context.cwd, roots });
  const text = `${escapeText(path)}\n  make: build, make test, make install: promote\n`;
  await context.print(options.json === true ? toJson("cooper.new/1", { path }) : text);
  return EXIT.done;
}
