import { expect, test } from "vitest";
import type { Settings } from "../../../format/dockerfile/print-settings.ts";
import type { Instruction } from "./instruction.ts";
import { unsaidSettings } from "./unsaid-settings.ts";

const said = (...lines: readonly string[]): Instruction[] =>
  lines.map((line) => ({ keyword: line.split(" ")[0] ?? "", text: line.replace(/^\S+ /, ""), layer: null, isBase: false, note: "" }));

const SETTINGS: readonly (readonly [Settings, string])[] = [
  [{ env: ["A=b c"] }, 'ENV A="b c"'],
  [{ env: ["DB_PASSWORD=hunter2-Pa55"] }, 'ENV DB_PASSWORD="***"'],
  [{ labels: { "key with": "$x" } }, 'LABEL "key with"="\\$x"'],
  [{ exposed: ["80/tcp", "90/udp"] }, "EXPOSE 80/tcp 90/udp"],
  [{ volumes: ["/a b"] }, 'VOLUME ["/a b"]'],
  [{ workdir: "/srv" }, "WORKDIR /srv"],
  [{ user: "app:1" }, "USER app:1"],
  [{ stopSignal: "SIGQUIT" }, "STOPSIGNAL SIGQUIT"],
  [{ shell: ["/bin/bash", "-c"] }, 'SHELL ["/bin/bash", "-c"]'],
  [{ entrypoint: ["/start", "a b"] }, 'ENTRYPOINT ["/start", "a b"]'],
  [{ cmd: ["run", "--password=hunter2-Pa55"] }, 'CMD ["run", "--password=***"]'],
  [{ onBuild: ["RUN make"] }, "ONBUILD RUN make"],
  [
    { healthcheck: { test: ["CMD-SHELL", "curl x || exit 1"], interval: 5e9, timeout: 0, startPeriod: 5e8, retries: 4 } },
    "HEALTHCHECK --interval=5s --start-period=0.5s --retries=4 CMD curl x || exit 1",
  ],
  [{ healthcheck: { test: ["NONE"], interval: 0, timeout: 0, startPeriod: 0, retries: 0 } }, "HEALTHCHECK NONE"],
];

test.each(SETTINGS)("%j is %s", (settings, expected) => {
  expect(unsaidSettings(settings, [], {}).map(({ keyword, text }) => `${keyword} ${text}`)).toEqual([expected]);
  expect(unsaidSettings(settings, [], settings)).toEqual([]);
  expect(unsaidSettings(settings, said(expected), {})).toEqual([]);
});

test("the path that every builder sets is not told", () => {
  expect(unsaidSettings({ env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"] }, [], {})).toEqual([]);
});

test("only the variable of that name is said", () => {
  const found = unsaidSettings({ env: ["A=1", "B=2"] }, said("ENV A=0 AB=1"), {});
  expect(found.map(({ text }) => text)).toEqual(["B=2"]);
});
