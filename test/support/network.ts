import { outputOf, runOnHost } from "./host-command.ts";
import { uniqueName } from "./container.ts";

/** Makes a network for the containers of this run of the tests and takes it away at the end. */
export async function setup(): Promise<() => Promise<void>> {
  const name = uniqueName("net");
  await outputOf(["docker", "network", "create", name]);
  process.env["COOPER_TEST_NETWORK"] = name;
  return async () => {
    await runOnHost(["docker", "network", "rm", name]);
  };
}
