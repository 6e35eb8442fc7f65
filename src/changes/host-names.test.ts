import { describe, expect, test } from "vitest";
import { differsByHostOnly } from "./host-names.ts";

describe("host names of recorded container and build", () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ["myhostname = web1\n", "myhostname = 0123456789ab\n", true],
    ["web1, localhost.web1", "0123456789ab, localhost.ba9876543210", true],
    ["a web1 b", "a buildkitsandbox b", true],
    ["a web1 b", "a web1 b", true],
    ["a web1 b", "a other b", false],
    ["a web1 b", "a 0123456789ab c", false],
    ["a web1", "a 0123456789ab and more", false],
    ["a web12", "a 0123456789ab", false],
    ["same", "other", false],
  ];
  test.each(cases)("%j against %j: %s", (recorded, built, expected) => {
    expect(differsByHostOnly(Buffer.from(recorded), Buffer.from(built), ["web1"])).toBe(expected);
  });
});
