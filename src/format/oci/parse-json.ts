import type { z } from "zod";
import { imageArchiveInvalid } from "./invalid.ts";

/** JSON text of an archive's member as the value that the schema describes; throws `image-archive-invalid` with the member's name. */
export function parseJson<T>(schema: z.ZodType<T>, text: string, name: string): T {
  const parsed = schema.safeParse(readJson(text, name));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const place = issue?.path.map(String).join(".") ?? "";
  throw imageArchiveInvalid(`${name}:${place === "" ? "" : ` ${place}`} ${issue?.message ?? "it is wrong"}`);
}

function readJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw imageArchiveInvalid(`${name} is not JSON`);
  }
}
