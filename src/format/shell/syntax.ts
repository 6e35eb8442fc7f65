import { forEachChild, parse } from "unbash";
import { recall } from "./recall.ts";
import type { ParsedScript, SyntaxNode, Word } from "unbash";

/** The tree of a shell text. Errors do not throw: a partial tree tells them in `errors`. */
export function parseShell(text: string): ParsedScript {
  return parseRecalled(text);
}

const parseRecalled = recall(parse);

/** A node with the nodes above it, the nearest last; good only while it is being looked at. */
export interface Place {
  readonly node: SyntaxNode;
  readonly above: readonly SyntaxNode[];
  /** False inside back quotes, where positions do not count in the whole text. */
  readonly isInText: boolean;
}

/** Calls `enter` for every node below (and with) `root`, in the order of the text. */
export function walkShell(root: SyntaxNode, enter: (place: Place) => void): void {
  const above: SyntaxNode[] = [];
  const descend = (node: SyntaxNode, isInText: boolean): void => {
    enter({ node, above, isInText });
    above.push(node);
    forEachChild(node, (child) => {
      const isOwn = child.type === "Script" && child.source !== undefined;
      descend(child, isInText && !isOwn);
    });
    above.pop();
  };
  descend(root, true);
}

/** The text a word stands for when nothing in it is expanded, else null. */
export function staticValue(word: Word): string | null {
  const isStatic = (word.parts ?? []).every((part) => {
    if (part.type === "DoubleQuoted") return part.parts.every((inner) => inner.type === "Literal");
    return part.type === "Literal" || part.type === "SingleQuoted" || part.type === "AnsiCQuoted";
  });
  return isStatic ? word.value : null;
}

/** True for a text that the shell would refuse or wait for the rest of. */
export function hasSyntaxError(text: string): boolean {
  const script = parseShell(text);
  let isWrong = false;
  walkShell(script, ({ node }) => {
    if (node.type === "Script" && "errors" in node && (node.errors?.length ?? 0) > 0) isWrong = true;
    if (node.type === "HereDoc" && node.closing === undefined) isWrong = true;
  });
  return isWrong || /(?:^|[^\\])(?:\\\\)*\\$/.test(text);
}
