import type { Engine } from "../open-engine.ts";
import { callBytes } from "../transport/request.ts";

/** Tells the terminal of a container's first process its size. */
export async function resizeContainer(
  engine: Engine,
  id: string,
  size: { readonly columns: number; readonly rows: number },
): Promise<void> {
  const query = { w: size.columns, h: size.rows };
  await callBytes(engine.channel, { method: "POST", path: `/containers/${encodeURIComponent(id)}/resize`, query });
}
