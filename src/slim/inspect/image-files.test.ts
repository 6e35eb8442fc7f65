import { expect, test } from "vitest";
import { imageOf } from "../test-image.ts";

test("what the engine made for a container is no part of its image", async () => {
  const empty = { size: 0, mode: 0o755 };
  const image = await imageOf(
    { "/.dockerenv": "", "/dev/console": "", "/etc/hosts": "", "/etc/hostname": "own\n", "/etc/mtab": "-> /proc/mounts", "/etc/x": "" },
    { "/.dockerenv": empty, "/dev/console": empty, "/etc/hosts": empty, "/etc/hostname": { mode: 0o755 } },
  );
  expect([...image.paths.keys()]).toEqual(["/", "/dev", "/etc", "/etc/hostname", "/etc/x"]);
});
