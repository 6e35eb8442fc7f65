import { costOf, median } from "./measure.ts";
import type { Figure } from "./measure.ts";

const ROUNDS = 30;

/** `cooper --version` against a Node that does nothing, in turns. */
export async function benchStartUp(program: readonly string[]): Promise<Figure> {
  const bare: number[] = [];
  const ours: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    bare.push((await costOf([process.execPath, "-e", "0"])).milliseconds);
    ours.push((await costOf([...program, "--version"])).milliseconds);
  }
  const ratio = median(ours) / median(bare);
  const detail = `node ${median(bare).toFixed(0)} ms, cooper --version ${median(ours).toFixed(0)} ms, median of ${ROUNDS}`;
  return { name: "start-up", value: `${ratio.toFixed(2)}x`, goal: "at most 1.5x", isMet: ratio <= 1.5, detail };
}
