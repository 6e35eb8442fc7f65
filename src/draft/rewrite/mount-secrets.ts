import type { DraftOptions } from "../model.ts";
import type { ShellNeeds } from "./action.ts";

/** What stands for a secret in a recorded text. */
export const MASK = "***";

/** A text whose masked parts are read from secret mounts. */
export interface MountedText {
  readonly text: string;
  readonly secrets: readonly string[];
}

/** Puts a secret mount's content where a secret was masked; null where a secret has no mount (the text cannot run). */
export function mountSecrets(text: string, names: readonly string[], options: DraftOptions): MountedText | null {
  if (names.length === 0 || !text.includes(MASK)) return { text, secrets: [] };
  const given = Object.keys(options.secrets).toSorted();
  const used: string[] = [];
  let quote = "";
  let result = "";
  let index = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? "";
    if (!text.startsWith(MASK, at)) {
      quote = nextQuote(quote, char);
      result += char;
      continue;
    }
    const name = secretFor(names[Math.min(index, names.length - 1)] ?? "", given);
    if (options.builder !== "buildkit" || name === null) return null;
    used.push(name);
    result += readMount(name, quote);
    index += 1;
    at += MASK.length - 1;
  }
  return { text: result, secrets: [...new Set(used)].toSorted() };
}

function nextQuote(quote: string, char: string): string {
  if (quote === "") return char === "'" || char === '"' ? char : "";
  return quote === char ? "" : quote;
}

/** The given secret of this name; where just one was given, that one. */
function secretFor(name: string, given: readonly string[]): string | null {
  return given.find((one) => one === name) ?? (given.length === 1 ? (given[0] ?? null) : null);
}

/** Needs whose masked variables are read from mounts; without a mount they are not set. */
export function mountVariables(needs: ShellNeeds, options: DraftOptions): { needs: ShellNeeds; commands: string[]; secrets: string[] } {
  const masked = Object.entries(needs.variables)
    .filter(([, variable]) => typeof variable?.value === "string" && variable.value.includes(MASK))
    .map(([name]) => name);
  if (masked.length === 0) return { needs, commands: [], secrets: [] };
  const given = masked.filter((name) => options.builder === "buildkit" && name in options.secrets);
  const variables = Object.fromEntries(Object.entries(needs.variables).filter(([name]) => !masked.includes(name)));
  const commands = given.map((name) => `export ${name}="$(cat /run/secrets/${name})"`);
  return { needs: { ...needs, variables }, commands, secrets: given };
}

/** Names of given secrets by the path whose file they are: "netrc" or ".netrc" for /root/.netrc. */
export function secretFiles(paths: readonly string[], options: DraftOptions): { readonly path: string; readonly name: string }[] {
  if (options.builder !== "buildkit") return [];
  return paths.flatMap((path) => {
    const base = path.replace(/^.*\//, "");
    const name = [path, base, base.replace(/^\./, "")].find((one) => one in options.secrets);
    return name === undefined ? [] : [{ path, name }];
  });
}

function readMount(name: string, quote: string): string {
  const read = `$(cat /run/secrets/${name})`;
  if (quote === '"') return read;
  return quote === "'" ? `'"${read}"'` : `"${read}"`;
}
