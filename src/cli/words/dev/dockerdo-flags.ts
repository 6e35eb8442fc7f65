import { subscribe } from "node:diagnostics_channel";
import { type Command, CommanderError, Option } from "commander";
import { joinWords } from "../../../format/shell/quote.ts";
import { PROGRAM_STARTS } from "../../../system/process/process.ts";
import { escapeText } from "../../../terminal/escape-text.ts";

/** Verbs that change nothing of what they look at. */
const LOOKING: readonly string[] = ["status", "history"];
const CHANGING: readonly string[] = ["install", "init", "overlay", "build", "push", "run", "start", "export", "stop", "rm"];
/** Their words may be told; those of `export` may be secrets. */
const TOLD: readonly string[] = ["init", "push", "run", "rm"];
/** What is always so here, but was to be asked for in dockerdo. */
const NEEDLESS: readonly (readonly [string, readonly string[]])[] = [
  ["--record", ["init", "run", "start"]],
  ["--remote-delay <seconds>", ["init", "run", "start"]],
];

/** The flags of dockerdo that all its verbs have, and those that are without effect here. */
export function addOldFlags(dev: Command, say: (line: string) => void): void {
  for (const verb of dev.commands.filter((one) => [...LOOKING, ...CHANGING].includes(one.name()))) {
    // The words of `docker run` have a -v of their own.
    const [dry, wordy] = verb.name() === "run" ? ["--dry-run", "--verbose"] : ["-n, --dry-run", "-v, --verbose"];
    verb.option(dry, "say what would be done, and do nothing").option(wordy, "say each program that is run");
    for (const [flags, verbs] of NEEDLESS) if (verbs.includes(verb.name())) verb.addOption(new Option(flags).hideHelp());
  }
  dev.hook("preAction", (_, verb) => {
    const { dryRun, verbose } = verb.opts();
    if (verbose === true) subscribe(PROGRAM_STARTS, (argv) => say(`+ ${escapeText(joinWords(wordsOf(argv)))}\n`));
    if (dryRun !== true || LOOKING.includes(verb.name())) return;
    const [what = ""] = verb.summary().split(";");
    const words = TOLD.includes(verb.name()) && verb.args.length > 0 ? `: ${joinWords(verb.args)}` : "";
    say(`would ${what}${escapeText(words)}\n`);
    throw new CommanderError(0, "cooper.dryRun", "");
  });
}

function wordsOf(argv: unknown): readonly string[] {
  return Array.isArray(argv) ? argv.map(String) : [];
}
