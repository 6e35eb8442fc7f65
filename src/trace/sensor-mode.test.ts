import { expect, test } from "vitest";
import { sensorPlans } from "./sensor-mode.ts";

const shown = (...asked: Parameters<typeof sensorPlans>): string[] =>
  sensorPlans(...asked).map((plan) => [plan.mode, plan.way, ...plan.capabilities].join(" "));

test.each([
  ["auto", true, "transparent notify SYS_ADMIN SYS_PTRACE", 7],
  ["auto", false, "unprivileged notify SYS_PTRACE", 5],
  ["transparent", false, "transparent notify SYS_ADMIN SYS_PTRACE", 1],
  ["unprivileged", true, "unprivileged notify SYS_PTRACE", 2],
  ["ptrace", true, "ptrace ptrace SYS_ADMIN SYS_PTRACE", 3],
  ["ptrace", false, "ptrace ptrace SYS_PTRACE", 2],
  ["fanotify", false, "fanotify none", 1],
] as const)("for %s, trusted %s, begins with %s", (wanted, isTrusted, first, count) => {
  const plans = shown(wanted, isTrusted);
  expect(plans[0]).toBe(first);
  expect(plans).toHaveLength(count);
});

test("gives an image that is not trusted no way to SYS_ADMIN unless it was asked for by name", () => {
  expect(shown("auto", false).join()).not.toContain("SYS_ADMIN");
});
