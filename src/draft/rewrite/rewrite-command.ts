import { applyEdits, expandAliases } from "../../format/shell/aliases.ts";
import { readBody } from "../../format/shell/body.ts";
import { readCommands } from "../../format/shell/commands.ts";
import { joinWords } from "../../format/shell/quote.ts";
import type { SelectedStep } from "../model.ts";
import { withoutControl } from "./without-control.ts";

/** The text of a Step as a script can run it: aliases in place, nothing that asks, nothing left waiting in the background. */
export function commandText(selected: SelectedStep): string {
  const { step, before } = selected.timed;
  const isExec = step.kind === "exec" && step.argv !== null && selected.text === null;
  const typed = isExec ? joinWords(step.argv ?? []) : (selected.text ?? step.ran);
  const expanded = isExec ? typed : expandAliases(typed, before?.aliases ?? {});
  const asked = withoutLeaving(withoutAsking(expanded));
  const text = selected.text === null ? withoutControl(asked) : asked;
  return step.effect.processes.length > 0 ? readBody(text).text : inForeground(text);
}

/** `rm -i` and its like would take no answer for a no. */
function withoutAsking(text: string): string {
  if (!/(?:rm|cp|mv) (?:.* )?-(?:[a-zA-Z]*[iI]|-interactive)/.test(text)) return text;
  const edits = readCommands(text).flatMap((command) => {
    if (!command.isInText) return [];
    const at = command.words.findIndex(({ value }) => ["rm", "cp", "mv"].includes(value ?? ""));
    return command.words.slice(at + 1, at === -1 ? 0 : undefined).flatMap((word) => {
      if (word.value === "-i" || word.value === "-I" || word.value === "--interactive")
        return [{ pos: word.pos - 1, end: word.end, text: "" }];
      const isCluster = /^-[a-zA-Z]*i[a-zA-Z]*$/.test(word.text);
      return isCluster ? [{ ...range(word), text: word.text.replace("i", "") }] : [];
    });
  });
  return applyEdits(text, edits);
}

function range(word: { pos: number; end: number }): { pos: number; end: number } {
  return { pos: word.pos, end: word.end };
}

/** An `exit` ends the recorded shell; in a RUN it would keep the rest from running. */
function withoutLeaving(text: string): string {
  if (!/exit|logout/.test(text)) return text;
  const body = readBody(text).text;
  const cut = body.replace(/(?:^|;|\n|&&)\s*(?:exit|logout)(?:\s+\d+)?\s*$/, "");
  const leaves = readCommands(cut).some(
    ({ name, isInFunction, isInSubstitution }) => (name === "exit" || name === "logout") && !isInFunction && !isInSubstitution,
  );
  if (/^\([^()]*\)$/.test(cut)) return cut;
  return leaves ? `(\n${cut}\n)` : cut;
}

/** A command put into the background is waited for, so that what it does is done when the RUN ends. */
function inForeground(text: string): string {
  const body = readBody(text);
  if (body.foreground !== null) return body.foreground;
  if (!body.endsInBackground || /&\s*wait$/.test(body.text)) return body.text;
  return `${body.text}${body.hasHereDocument ? "\n" : " "}wait`;
}

/** `mkdir x && cd x` without the `cd`: the commands that need the folder get it themselves. */
export function withoutArrival(text: string): string {
  const match = /^([^\n'"()`{}|]*\S)\s*(?:&&|;)\s*cd\s+[^\s;&|<>`]+$/.exec(text);
  const rest = match?.[1] ?? text;
  return /(?:^|[\s;&])(?:cd|pushd|popd|if|for|while|case)\s/.test(rest) ? text : rest;
}
