import { expect, test } from "vitest";
import { printSettings, type Settings } from "./print-settings.ts";

const CASES: readonly (readonly [Settings, readonly string[]])[] = [
  [{}, []],
  [{ env: ["A=x y", "B=$1", "C="] }, ['ENV A="x y"', 'ENV B="\\$1"', 'ENV C=""']],
  [{ env: ["A=1\n2"] }, ["# ENV A holds a line end, which no instruction can say."]],
  [{ labels: { "a b": "c" } }, ['LABEL "a b"=c']],
  [{ user: "10:20", workdir: "/srv", stopSignal: "SIGQUIT" }, ["WORKDIR /srv", "USER 10:20", "STOPSIGNAL SIGQUIT"]],
  [{ exposed: ["53/udp", "80/tcp"] }, ["EXPOSE 53/udp 80/tcp"]],
  [{ volumes: ["/a b"] }, ['VOLUME ["/a b"]']],
  [{ entrypoint: ["/a"], cmd: ["b", "c d"], shell: [] }, ['ENTRYPOINT ["/a"]', 'CMD ["b", "c d"]']],
  [
    { healthcheck: { test: ["CMD-SHELL", "a || b"], interval: 5e9, timeout: 0, startPeriod: 5e8, retries: 2 } },
    ["HEALTHCHECK --interval=5s --start-period=0.5s --retries=2 CMD a || b"],
  ],
  [{ healthcheck: { test: ["CMD", "a", "b"], interval: 0, timeout: 0, startPeriod: 0, retries: 0 } }, ['HEALTHCHECK CMD ["a", "b"]']],
  [{ healthcheck: { test: ["NONE"], interval: 0, timeout: 0, startPeriod: 0, retries: 0 } }, ["HEALTHCHECK NONE"]],
  [{ onBuild: ["RUN make"] }, ["ONBUILD RUN make"]],
];

test.each(CASES)("printSettings of %j", (settings, lines) => {
  expect(printSettings(settings)).toEqual(lines);
});
