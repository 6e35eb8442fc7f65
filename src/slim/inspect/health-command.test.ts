import { expect, test } from "vitest";
import { healthCommand } from "./health-command.ts";

test.each([
  ["exec form", { Healthcheck: { Test: ["CMD", "/check", "-q"] } }, ["/check", "-q"]],
  ["shell form", { Healthcheck: { Test: ["CMD-SHELL", "test -e /ok"] } }, ["/bin/sh", "-c", "test -e /ok"]],
  ["the image's own shell", { Shell: ["/bin/bash", "-ec"], Healthcheck: { Test: ["CMD-SHELL", "a"] } }, ["/bin/bash", "-ec", "a"]],
  ["off", { Healthcheck: { Test: ["NONE"] } }, null],
  ["none", {}, null],
  ["nothing at all", null, null],
])("healthCommand: %s", (_name, config, words) => {
  expect(healthCommand(config)).toEqual(words);
});
