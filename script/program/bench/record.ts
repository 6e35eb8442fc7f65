import path from "node:path";
import { outputOf, runOnHost } from "../../../test/support/host-command.ts";
import { benchInstall } from "./install.ts";
import type { BenchParts, BenchPlace, Figure } from "./measure.ts";
import { benchPrompt } from "./prompt.ts";
import { benchReplay } from "./replay.ts";
import { benchStartUp } from "./start-up.ts";
import { benchVerify } from "./verify.ts";

/** What recording costs. */
export function recordParts({ name, folder, program }: BenchPlace): BenchParts {
  const environmentOf = (part: string): { readonly env: Readonly<Record<string, string>>; readonly state: string } => {
    const state = path.join(folder, part);
    return { env: { XDG_STATE_HOME: state }, state };
  };
  const withBox = async (use: (container: string) => Promise<Figure>): Promise<Figure> => {
    await outputOf(["docker", "run", "-d", "--name", name, "debian:bookworm", "sleep", "infinity"]);
    try {
      return await use(name);
    } finally {
      await runOnHost(["docker", "rm", "-f", "-v", name]);
    }
  };
  return {
    "start-up": () => benchStartUp(program),
    prompt: () =>
      withBox((container) =>
        benchPrompt({
          plain: ["docker", "exec", "-it", container, "bash"],
          recorded: [...program, "record", container],
          env: environmentOf("prompt").env,
        }),
      ),
    install: () => benchInstall({ name, env: environmentOf("install").env, recorded: (container) => [...program, "record", container] }),
    replay: () => withBox((container) => benchReplay({ container, program, ...environmentOf("replay") })),
    verify: () => benchVerify(name, path.join(folder, "verify")),
  };
}
