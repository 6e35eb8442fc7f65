import { expect, test } from "vitest";
import { dockerRun } from "../../plan/docker-run.ts";
import { makePlan } from "../../plan/make-plan.ts";
import type { PlanFacts } from "../../plan/model.ts";
import type { Mode } from "../modes.ts";
import { resolveSettings } from "../resolve.ts";
import { readLegacyFile } from "./read-legacy-file.ts";

/** The settings of which the originals printed what stands below. */
const third = `
vol_base: /srv/kt/vol
name: kt-demo
extra_docker: --add-host=keys:192.168.2.33
network: bridge
env: [A=1, B: two]
log: J
tz: UTC
mount_ro:
- conf: /etc/demo
mount_rw:
- var_log: /var/log/demo
- /srv/kt/abs: /abs
ports: ["8080:80", 192.168.7.1:53:53/udp]
puid: x
cmd: sleep 600
`;

/** `d-run --test` of the third generation, word by word. */
const recorded = `--name kt-demo --add-host=keys:192.168.2.33 --hostname kt-demo --network bridge --env A=1 --env B=two -d --log-driver=journald
  --env TZ=UTC --rm --mount type=bind,source=/srv/kt/vol/kt-demo/conf,destination=/etc/demo,readonly
  --mount type=bind,source=/srv/kt/vol/kt-demo/var_log,destination=/var/log/demo --mount type=bind,source=/srv/kt/abs,destination=/abs
  --publish 0.0.0.0:8080:80 --publish 192.168.7.1:53:53/udp --env PUID=x`;

const facts: PlanFacts = {
  home: "/root",
  env: {},
  volumes: "/srv/kt/vol",
  testVolumes: "/srv/kt/vol-test",
  images: {},
  released: null,
  networks: [],
  containers: [],
  envFiles: [],
  address: null,
};

function run(text: string, mode: Mode = "prod"): { readonly flags: readonly string[]; readonly words: readonly string[] } {
  const unit = readLegacyFile({ text, path: "settings.yaml", name: "kt-demo", variables: {} });
  const sources = { name: "kt-demo", folder: "/units/kt-demo", mode, hasDockerfile: true, host: null, unit, environment: [], flags: [] };
  const words = dockerRun(makePlan(resolveSettings(sources), facts)).slice(2);
  const image = words.findIndex((word) => word.startsWith("kt-demo:"));
  return { flags: paired(words.slice(0, image)), words: words.slice(image) };
}

/** Flags with their values, in one spelling and order. */
function paired(words: readonly string[]): readonly string[] {
  const flags = words
    .join(" ")
    .split(/ (?=-)/u)
    .map((flag) =>
      flag
        .trim()
        .replace(/^(--[a-z-]+)=/u, "$1 ")
        .replace("destination=", "target=")
        .replace(/^-d$/u, "--detach"),
    );
  return flags.filter((flag) => !flag.startsWith("--label cooper.")).toSorted();
}

test("production's docker command is the recorded one; a container that ended is kept", () => {
  const { flags, words } = run(third);
  expect(flags).toEqual(paired(recorded.split(/\s+/u)).filter((flag) => flag !== "--rm"));
  expect(words).toEqual(["kt-demo:live", "sleep", "600"]);
});

test("a test's is what was recorded, but for its name, its network and production's own data", () => {
  expect(() => run(third, "test")).toThrow(expect.objectContaining({ code: "mount-without-policy", exit: 2 }));
  const { flags, words } = run(third.replace("- /srv/kt/abs: /abs\n", ""), "test");
  expect(words[0]).toBe("kt-demo:latest");
  expect(flags).toEqual(
    expect.arrayContaining([
      "--name test-kt-demo",
      "--network test-kt-demo",
      "--publish 0.0.0.0:18080:80",
      "--publish 192.168.7.1:10053:53/udp",
      "--mount type=bind,source=/srv/kt/vol/kt-demo/conf,target=/etc/demo,readonly",
      "--mount type=bind,source=/srv/kt/vol-test/test-kt-demo/var_log_demo,target=/var/log/demo",
    ]),
  );
  expect(flags).not.toContain("--detach");
});

test.each([
  [
    "-D of the first generation: a name of its own, foreground",
    "mount_persistent_test_copy: [{log: /log}]\nnetwork: docker2",
    "dev",
    ["--name dev-kt-demo", "--interactive"],
  ],
  [
    "test_ keys of the second: the mode's value whole, the name still apart",
    "env: [A=1]\ntest_env: [B=2]\ntest_name: kt-demo",
    "test",
    ["--env B=2", "--name test-kt-demo"],
  ],
  ["dev_ keys of the second", "cmd: a\ndev_cmd: b c\ndev_tag: x", "dev", ["--name dev-kt-demo"]],
] as const)("%s", (_, text, mode, wanted) => {
  const { flags, words } = run(text, mode);
  expect(flags).toEqual(expect.arrayContaining([...wanted]));
  expect(flags).not.toContain("--env A=1");
  if (text.includes("dev_cmd")) expect(words).toEqual(["kt-demo:x", "b", "c"]);
});
