import * as z from "zod";

const CONFIG = z.object({
  Healthcheck: z.object({ Test: z.array(z.string()).nullish() }).nullish(),
  Shell: z.array(z.string()).nullish(),
});
const SHELL = ["/bin/sh", "-c"];

/** The words of the health check in an image's `Config`; null where it has none or it is off. */
export function healthCommand(config: unknown): readonly string[] | null {
  const parsed = CONFIG.safeParse(config);
  const [kind, ...words] = parsed.data?.Healthcheck?.Test ?? [];
  if (words.length === 0) return null;
  if (kind === "CMD") return words;
  return kind === "CMD-SHELL" ? [...(parsed.data?.Shell ?? SHELL), ...words] : null;
}
