import * as z from "zod";

const questionSchema = z.discriminatedUnion("ask", [
  z.object({ ask: z.literal("ready") }),
  z.object({ ask: z.literal("status") }),
  z.object({ ask: z.literal("flush") }),
  z.object({ ask: z.literal("end") }),
  z.object({ ask: z.literal("memory") }),
  /** Values in base64. */
  z.object({ ask: z.literal("set"), set: z.array(z.tuple([z.string(), z.string()])), unset: z.array(z.string()) }),
]);

/** What can be asked of a session's process. */
export type Question = z.infer<typeof questionSchema>;

/** The question that a client's JSON is; null where it is none. */
export function readQuestion(value: unknown): Question | null {
  const parsed = questionSchema.safeParse(value);
  return parsed.success ? parsed.data : null;
}
