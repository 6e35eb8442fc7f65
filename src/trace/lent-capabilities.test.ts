import { expect, test } from "vitest";
import type { ContainerSpec } from "../engine/container/container-spec.ts";
import { lentCapabilities } from "./lent-capabilities.ts";
import { sensorPlans } from "./sensor-mode.ts";

const lent = (mode: "transparent" | "unprivileged", user: string, spec: Partial<ContainerSpec>): string =>
  sensorPlans(mode, true)
    .slice(0, 1)
    .map((plan) => lentCapabilities({ image: "any", ...spec }, { user }, plan).join(" "))
    .join();

test.each([
  ["transparent", "", {}, "SYS_ADMIN SYS_PTRACE"],
  ["transparent", "1000", {}, "SYS_ADMIN SYS_PTRACE"],
  ["transparent", "", { capDrop: ["all"] }, "SYS_ADMIN SYS_PTRACE SETGID SETUID SETPCAP"],
  ["transparent", "", { capDrop: ["CAP_SETUID", "CHOWN"] }, "SYS_ADMIN SYS_PTRACE SETUID"],
  ["transparent", "", { capAdd: ["SYS_ADMIN"] }, "SYS_PTRACE"],
  ["transparent", "", { capAdd: ["ALL"] }, ""],
  ["unprivileged", "", {}, "SYS_PTRACE"],
  ["unprivileged", "root:mail", {}, "SYS_PTRACE"],
  ["unprivileged", "1000:0", {}, ""],
  ["unprivileged", "0", { capDrop: ["ALL"] }, ""],
] as const)("%s as %j with %j lends %j", (mode, user, spec, wanted) => {
  expect(lent(mode, user, spec)).toBe(wanted);
});
