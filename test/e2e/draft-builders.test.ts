import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { inputOf } from "../../src/draft/test-history.ts";
import type { TestStep } from "../../src/draft/test-history.ts";
import { makeTempFolder } from "../../src/system/file/files.ts";
import { buildSelected } from "./draft-support.ts";

const SECRET = "not-for-any-layer-0123";
const STEPS: readonly TestStep[] = [
  { typed: "mkdir -p /srv/app", does: ["+ /srv/app/"] },
  { typed: "expr length '***' > /srv/app/length", secrets: ["TOKEN"], does: ["+ /srv/app/length = 22"] },
  { typed: 'export TOKEN="***"', exports: { TOKEN: "***" }, secrets: ["TOKEN"] },
  { typed: "expr length \"$TOKEN\" > '/srv/app/a\nb'", does: ["+ /srv/app/other = 22"] },
];

test("BuildKit: a secret comes from its mount and is in no layer, and newlines count", async () => {
  const temp = await makeTempFolder("cooper-test-secret-");
  try {
    const file = join(temp.path, "token");
    await writeFile(file, SECRET);
    const input = inputOf(STEPS, { options: { builder: "buildkit", hereDocuments: false, secrets: { TOKEN: file } } });
    const script = `cat /srv/app/*; grep -rsl ${SECRET} /etc /srv /root /run /tmp || echo clean`;
    const { output, layers, dockerfile } = await buildSelected(input, { fateOf: (id) => (id === "s1.3" ? "drop" : "run"), script });
    expect(output).toBe("22\n22\nclean");
    expect(dockerfile).toContain("--mount=type=secret,id=TOKEN");
    expect(dockerfile + layers).not.toContain(SECRET);
  } finally {
    await temp.remove();
  }
});

test("a text that no argument can hold is run from a file that does not stay", async () => {
  const typed = `sh <<'EOF'\n${"# one line of a long text\n".repeat(6000)}echo "$0" | cut -c1-3 > /srv/long\nEOF`;
  const input = inputOf([{ typed, does: ["+ /srv/long @linked"] }]);
  const { output } = await buildSelected(input, { fateOf: () => "run", script: "cat /srv/long; ls -A / | grep -F .run || echo gone" });
  expect(output).toBe("sh\ngone");
});
