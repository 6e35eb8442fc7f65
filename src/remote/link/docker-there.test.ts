import { expect, test } from "vitest";
import { dockerHint } from "./docker-there.ts";

test.each([
  ["ssh: Could not resolve hostname none: Name or service not known", "ssh's words"],
  ["me@build1: Permission denied (publickey).", "ssh's words"],
  ["Got permission denied while trying to connect to the Docker daemon socket", "group docker"],
  ["bash: line 1: docker: command not found", "must be installed"],
  ["Unable to find image 'none:1' locally\ndocker: pull access denied", "cooper dev push"],
  ['Conflict. The container name "/web" is already in use by container "ab"', "cooper dev attach"],
  ["Bind for 0.0.0.0:80 failed: port is already allocated", "cooper dev forward"],
  ["write /var/lib/docker/tmp/x: no space left on device", "docker system df"],
  ["unknown flag: --nosuch", "cooper dev run --help"],
  ["what nobody knows", "See its words"],
])("%s", (said, hint) => {
  expect(dockerHint(said)).toContain(hint);
});
