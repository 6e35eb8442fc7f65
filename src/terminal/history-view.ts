import type { ChangeKind, PathChange } from "../format/tree/entry.ts";
import { describeEffect, describeStep } from "../history/describe.ts";
import type { History, Session, Shell, Step } from "../history/model.ts";
import { escapeText } from "./escape-text.ts";
import { renderFinding } from "./progress.ts";
import type { Style } from "./style.ts";
import { renderTable } from "./table.ts";

export interface HistoryView {
  readonly style: Style;
  /** List every path that a Step changed. */
  readonly effects: boolean;
}

const SIGNS: Readonly<Record<ChangeKind, string>> = { created: "+", changed: "~", deleted: "-", reowned: "o", remoded: "m" };
const MS_PER_MINUTE = 60_000;

/** "0.3 s", "12 s", "3 min 05 s". */
export function renderDuration(milliseconds: number): string {
  if (milliseconds >= MS_PER_MINUTE) {
    const seconds = Math.round(milliseconds / 1000);
    return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, "0")} s`;
  }
  return milliseconds < 9950 ? `${(milliseconds / 1000).toFixed(1)} s` : `${Math.round(milliseconds / 1000)} s`;
}

/** "2026-03-01 09:30 UTC" */
function renderTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

function renderStatus(step: Step, style: Style): string {
  if (step.kind === "outside") {
    return style.dim("-");
  }
  if (step.interrupted) {
    return style.yellow("^C");
  }
  if (step.exit === null) {
    return style.yellow("?");
  }
  return step.exit === 0 ? style.green("0") : style.red(String(step.exit));
}

function renderCommand(step: Step, style: Style): string {
  const text = escapeText(describeStep(step));
  return step.kind === "outside" ? style.dim(text) : text;
}

function renderChange(change: PathChange, style: Style): string {
  const owner = change.package === undefined ? "" : style.dim(` (${escapeText(change.package)})`);
  return `      ${SIGNS[change.kind]} ${escapeText(change.path)}${owner}\n`;
}

function renderSteps(steps: readonly Step[], view: HistoryView): string {
  const { style } = view;
  const row = (step: Step): string[] => {
    const what = describeEffect(step.effect);
    const summary = what === "" ? "" : style.cyan(`# ${what}`);
    const where = style.dim(`${escapeText(step.identity.user)}:${escapeText(step.cwd)}`);
    return [`  ${style.bold(step.id)}`, renderStatus(step, style), where, renderCommand(step, style), summary];
  };
  const lines = renderTable(steps.map(row)).split("\n");
  return steps
    .map((step, index) => {
      const changes = view.effects ? step.effect.changes.map((change) => renderChange(change, style)).join("") : "";
      return `${lines[index] ?? ""}\n${changes}`;
    })
    .join("");
}

function firstShell(session: Session): Shell | undefined {
  return Object.values(session.shells)[0];
}

/** Sessions that are shown under one head: a shell alone, single commands without one together. */
function groupSessions(sessions: readonly Session[]): readonly (readonly Session[])[] {
  const groups: Session[][] = [];
  const isSingle = (session: Session | undefined): boolean => session !== undefined && firstShell(session)?.kind === "none";
  for (const session of sessions.filter((one) => one.steps.length > 0)) {
    const last = groups.at(-1);
    if (last !== undefined && isSingle(last[0]) && isSingle(session)) last.push(session);
    else groups.push([session]);
  }
  return groups;
}

function renderHead(group: readonly Session[]): string {
  const [first] = group;
  const last = group.at(-1);
  if (first === undefined || last === undefined) return "";
  const name = first === last ? `Session ${first.id}` : `Sessions ${first.id} to ${last.id}`;
  const shell = firstShell(first);
  const end = last.endedAt === null ? "not ended" : renderDuration(last.endedAt - first.startedAt);
  const what =
    shell === undefined ? "" : shell.kind === "none" ? " · single commands" : ` · ${shell.kind} as ${escapeText(shell.identity.user)}`;
  return `${name} · ${renderTime(first.startedAt)} · ${end}${what}`;
}

function renderGroup(group: readonly Session[], view: HistoryView): string {
  const steps = group.flatMap((session) => session.steps);
  return `\n${view.style.bold(renderHead(group))}\n${renderSteps(steps, view)}`;
}

/** A History as text: one line per Step, with what it did. */
export function renderHistory(history: History, view: HistoryView): string {
  const { container } = history;
  const head = `${view.style.bold(escapeText(container.name))} ${container.id.slice(0, 12)} from ${escapeText(container.image)}\n`;
  const sessions = groupSessions(history.sessions)
    .map((group) => renderGroup(group, view))
    .join("");
  const findings = history.findings.map((finding) => renderFinding(finding, view.style)).join("");
  return head + sessions + (findings === "" ? "" : `\n${findings}`);
}
