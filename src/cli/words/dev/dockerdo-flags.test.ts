import { Command } from "commander";
import { expect, test } from "vitest";
import { addOldFlags } from "./dockerdo-flags.ts";

/** What is said of a command line, and whether its verb ran. */
async function outcomeOf(words: readonly string[]): Promise<readonly [said: string, ran: boolean]> {
  let [said, ran] = ["", false];
  const dev = new Command("dev").exitOverride().enablePositionalOptions();
  for (const verb of ["rm", "export", "status"])
    dev
      .command(verb)
      .summary("do it; quietly")
      .argument("[words...]")
      .exitOverride()
      .action(() => void (ran = true));
  const run = dev.command("run").summary("start one").argument("[words...]").allowUnknownOption().passThroughOptions().exitOverride();
  run.action(() => void (ran = true));
  addOldFlags(dev, (line) => (said += line));
  await dev.parseAsync(words, { from: "user" }).catch((error: unknown) => expect(error).toMatchObject({ exitCode: 0 }));
  return [said, ran];
}

test.each([
  ["rm -n a\u001Bb", "would do it: 'a\\eb'\n", false],
  ["rm --dry-run", "would do it\n", false],
  ["export -n A=secret", "would do it\n", false],
  ["status -n", "", true],
  ["rm a", "", true],
  ["run --dry-run -v /a:/b -n image", "would start one: -v /a:/b -n image\n", false],
  ["run --record --remote-delay 3 -n image", "", true],
])("%j", async (line, said, ran) => {
  expect(await outcomeOf(line.split(" "))).toEqual([said, ran]);
});
