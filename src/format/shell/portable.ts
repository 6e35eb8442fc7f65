import type { SyntaxNode } from "unbash";
import { readCommands } from "./commands.ts";
import { isPortableCommand } from "./portable-commands.ts";
import { recall } from "./recall.ts";
import { parseShell, walkShell } from "./syntax.ts";

const ONLY_BASH_NODES: ReadonlySet<string> = new Set([
  "ArithmeticFor",
  "Select",
  "Coproc",
  "TestCommand",
  "ArithmeticCommand",
  "ProcessSubstitution",
  "AnsiCQuoted",
  "LocaleString",
  "ExtendedGlob",
  "BraceExpansion",
  "HereString",
  "ArrayValue",
  "Replace",
  "Slice",
  "CaseModification",
  "Transform",
  "Names",
  "Unknown",
  "FileDescriptorVariable",
  "Time",
]);

const ONLY_BASH_VARIABLES =
  /^(?:BASH.*|RANDOM|SRANDOM|SECONDS|EPOCH\w+|FUNCNAME|PIPESTATUS|DIRSTACK|GROUPS|U?E?UID|HOSTNAME|HOSTTYPE|OSTYPE|MACHTYPE|SHLVL|REPLY|LINENO|COMP_\w+|SHELLOPTS)$/;

/** True when any POSIX shell (dash, busybox ash, bash) does the same with this text; false in doubt. */
export function isPosix(text: string): boolean {
  return isPosixRecalled(text);
}

const isPosixRecalled = recall((text) => {
  let isPlain = true;
  walkShell(parseShell(text), ({ node }) => {
    isPlain &&= isPortableNode(node, text);
  });
  return isPlain && readCommands(text).every(isPortableCommand);
});

function isPortableNode(node: SyntaxNode, text: string): boolean {
  if (ONLY_BASH_NODES.has(node.type)) return false;
  if (node.type === "Script") return !("errors" in node) || (node.errors?.length ?? 0) === 0;
  if (node.type === "Assignment") return node.append !== true && node.index === undefined;
  if (node.type === "ParameterExpansion") return node.index === undefined && node.prefix !== "!" && isPortableName(node.parameter);
  if (node.type === "SimpleExpansion") return isPortableName(node.text.slice(1));
  if (node.type === "Function") return isPortableFunction(node, text);
  if (node.type === "Pipeline") return !node.operators.includes("|&");
  if (node.type === "CaseItem") return node.terminator === undefined || node.terminator === ";;";
  return isPortableDetail(node);
}

function isPortableDetail(node: SyntaxNode): boolean {
  if (node.type === "Redirect") {
    const isDuplication = /^(?:\d+|-)$/.test(node.target?.value ?? "-") || node.target?.parts !== undefined;
    return !node.operator.startsWith("&") && (node.operator !== ">&" || isDuplication);
  }
  if (node.type === "FileDescriptor") return node.value < 10;
  if (node.type === "Glob") return node.kind !== "bracket" || !node.text.startsWith("[^");
  if (node.type === "ArithmeticBinary") return node.operator !== "**" && node.operator !== ",";
  if (node.type === "ArithmeticUnary") return node.operator !== "++" && node.operator !== "--";
  if (node.type === "ArithmeticWord") return !/[#[]/.test(node.value);
  if (node.type === "ArithmeticExpansion") return !node.text.startsWith("$[");
  if (node.type === "Word") return !/^~[+-]/.test(node.text);
  return true;
}

function isPortableName(name: string): boolean {
  return !ONLY_BASH_VARIABLES.test(name);
}

function isPortableFunction(node: SyntaxNode & { type: "Function" }, text: string): boolean {
  return /^[A-Za-z_]\w*$/.test(node.name.value) && !/^function\b/.test(text.slice(node.pos));
}
