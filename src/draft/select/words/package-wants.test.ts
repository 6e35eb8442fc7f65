import { expect, test } from "vitest";
import { inputOf } from "../../test-history.ts";
import type { TestStep } from "../../test-history.ts";
import { readTimeline } from "../../timeline/read-timeline.ts";
import { selectSteps } from "../select-steps.ts";

function status(packages: Readonly<Record<string, string>>): string {
  const stanzas = Object.entries(packages).map(([name, want]) => `Package: ${name}\nStatus: ${want} ok installed\nVersion: 1\n`);
  return `~ /var/lib/dpkg/status = ${stanzas.join("\n")}`;
}

const BASE = ["+ /var/lib/dpkg/status = Package: base\nStatus: install ok installed\n", "+ /var/lib/dpkg/diversions ="];
const HELLO: TestStep = { typed: "apt-get install -y hello", packages: ["+hello"], does: [status({ base: "install", hello: "install" })] };
const HOLD: TestStep = { typed: "apt-mark hold hello", does: [status({ base: "install", hello: "hold" })] };
const UNHOLD: TestStep = { typed: "apt-mark unhold hello", does: [status({ base: "install", hello: "install" })] };
const HOLD_BASE: TestStep = { typed: "apt-mark hold base", does: [status({ base: "hold", hello: "hold" })] };
const PURGE: TestStep = { typed: "apt-get purge -y hello", packages: ["-hello"], does: [status({ base: "install" })] };
const LEAN: TestStep = {
  typed: "apt-get install -y sl",
  packages: ["+sl"],
  does: [status({ base: "install", hello: "hold", sl: "install" })],
};

const CASES: readonly (readonly [string, readonly TestStep[], readonly string[]])[] = [
  ["a hold stays", [HELLO, HOLD], [HELLO.typed, HOLD.typed]],
  ["a hold with an installation after it", [HELLO, HOLD, LEAN], [HELLO.typed, HOLD.typed, LEAN.typed]],
  ["several holds", [HELLO, HOLD, HOLD_BASE], [HELLO.typed, HOLD.typed, HOLD_BASE.typed]],
  ["held and released", [HELLO, HOLD, UNHOLD], [HELLO.typed]],
  ["held, released and purged", [HELLO, HOLD, UNHOLD, PURGE], []],
  [
    "several records of the same file",
    [
      { typed: "dpkg-divert --add /a", does: ["~ /var/lib/dpkg/diversions = /a"] },
      { typed: "dpkg-divert --add /b", does: ["~ /var/lib/dpkg/diversions = /a /b"] },
    ],
    ["dpkg-divert --add /a", "dpkg-divert --add /b"],
  ],
];

test.each(CASES)("%s", (_, steps, expected) => {
  const input = inputOf(steps, { base: BASE });
  const { steps: selected } = selectSteps(input, readTimeline(input.history, input.base));
  expect(selected.filter(({ fate }) => fate === "run").map(({ timed }) => timed.step.typed)).toEqual(expected);
});
