import * as z from "zod";
import { suggest } from "../../../base/suggest.ts";
import { isProblem, type Problem } from "../../../format/compose/problem.ts";

/** A text; numbers and booleans count as what was written. */
export const text = z.union([z.string(), z.number(), z.boolean()], "It must be a text.").transform(String);

export const textList = z.array(text, "It must be a list of texts.");

/** One text or a list of them, as a list. */
export const oneOrMore = z.union([text.transform((one) => [one]), textList], "It must be a text or a list of texts.");

export const flag = z.union([z.boolean(), z.enum(["true", "false"]).transform((word) => word === "true")], "It must be true or false.");

export const integer = z.union(
  [
    z.int(),
    z
      .string()
      .regex(/^-?\d+$/u)
      .transform(Number),
  ],
  "It must be a whole number.",
);

export const decimal = z.union(
  [
    z.number(),
    z
      .string()
      .regex(/^\d+(\.\d+)?$/u)
      .transform(Number),
  ],
  "It must be a number.",
);

/** A text in one of the small languages of `format/compose`. */
export function written<T>(read: (text: string) => T | Problem): z.ZodPipe<typeof text, z.ZodTransform<T, string>> {
  return text.pipe(
    z.transform((value: string, context): T => {
      const found = read(value);
      if (!isProblem(found)) return found;
      context.issues.push({ code: "custom", message: `There is ${found.problem}.`.replace(/^There is (["'])/u, "$1"), input: value });
      return z.NEVER;
    }),
  );
}

/** A map of texts, or a list of "NAME=value"; `NAME` alone is null. */
export const textMap = z.union(
  [z.record(z.string(), z.union([text, z.null()])), z.array(text).transform((items) => Object.fromEntries(items.map(splitPair)))],
  "It must be a map, or a list of NAME=value.",
);

function splitPair(item: string): readonly [string, string | null] {
  const at = item.indexOf("=");
  return at < 0 ? [item, null] : [item.slice(0, at), item.slice(at + 1)];
}

/** An object without other keys than these; the message for another one says what was probably meant, or that cooper does not have it (yet). */
export function strict<Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
  notYet: Readonly<Record<string, string>> = {},
): z.ZodObject<Shape, z.core.$strict> {
  const names = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== "unrecognized_keys") return undefined;
      const [key = ""] = issue.keys;
      return unknownKey(key, names, notYet);
    },
  });
}

function unknownKey(key: string, names: readonly string[], notYet: Readonly<Record<string, string>>): string {
  const instead = notYet[key];
  if (instead !== undefined) return `"${key}" is a key of Compose that cooper does not carry out. ${instead}`.trim();
  const meant = suggest(key, names);
  return `"${key}" is no key here.${meant === null ? "" : ` Did you mean "${meant}"?`}`;
}
