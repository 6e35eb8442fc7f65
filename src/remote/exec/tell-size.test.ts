import { expect, test } from "vitest";
import { sizeTeller } from "./tell-size.ts";

test("sizes are told one at a time, again where one was refused, and the last one holds", async () => {
  const told: number[] = [];
  let refusals = 2;
  const tell = async ({ columns }: { readonly columns: number }): Promise<void> => {
    await Promise.resolve();
    if (refusals > 0) {
      refusals -= 1;
      throw new Error("the command is not there yet");
    }
    told.push(columns);
  };
  const resize = sizeTeller(tell, () => false);
  resize({ columns: 80, rows: 24 });
  resize({ columns: 90, rows: 24 });
  await expect.poll(() => told, { timeout: 30_000 }).toEqual([90]);
  resize({ columns: 100, rows: 24 });
  await expect.poll(() => told, { timeout: 30_000 }).toEqual([90, 100]);
});

test("the last of many sizes holds, however many come while others are told", async () => {
  const told: number[] = [];
  const resize = sizeTeller(
    async ({ columns }) => {
      told.push(columns);
      if (columns < 100) resize({ columns: columns + 1, rows: 24 });
      await Promise.resolve();
    },
    () => false,
  );
  resize({ columns: 1, rows: 24 });
  await expect.poll(() => told.at(-1), { timeout: 30_000 }).toBe(100);
});
