import { hasSyntaxError, parseShell } from "./syntax.ts";

/** One command or pipeline of a list, and what stands before it. */
export interface ShellLink {
  readonly text: string;
  readonly joiner: "&&" | ";";
}

/** The links of a text that is a plain list (`a && b; c | d`); null where it is anything else: `||`, `&`, here-documents, several lines. */
export function readLinks(text: string): readonly ShellLink[] | null {
  if (text.includes("\n") || text.includes("<<") || hasSyntaxError(text)) return null;
  const links: ShellLink[] = [];
  for (const { command, background, pos, end } of parseShell(text).commands) {
    if (background === true) return null;
    if (command.type !== "AndOr") links.push({ text: text.slice(pos, end), joiner: ";" });
    else if (command.operators.includes("||")) return null;
    else
      for (const [index, part] of command.commands.entries())
        links.push({ text: text.slice(part.pos, part.end), joiner: index === 0 ? ";" : "&&" });
  }
  return links;
}

/** Links as one text again. */
export function joinLinks(links: readonly ShellLink[]): string {
  return links.map(({ text, joiner }, index) => (index === 0 ? text : joiner === ";" ? `; ${text}` : ` && ${text}`)).join("");
}
