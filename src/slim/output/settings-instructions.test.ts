import { expect, test } from "vitest";
import { settingsInstructions } from "./settings-instructions.ts";

test.each([
  [{}, []],
  [{ Env: ["A=x y", "B=$1"] }, ['ENV A="x y" B="\\$1"']],
  [{ Env: ["A=1\n2"] }, ["# ENV A holds a line end, which no instruction can say."]],
  [{ Labels: { "a b": "c" } }, ['LABEL "a b"=c']],
  [{ User: "10:20", WorkingDir: "/srv", StopSignal: "SIGQUIT" }, ["WORKDIR /srv", "USER 10:20", "STOPSIGNAL SIGQUIT"]],
  [{ ExposedPorts: { "80/tcp": {}, "53/udp": {} } }, ["EXPOSE 53/udp", "EXPOSE 80/tcp"]],
  [{ Volumes: { "/a b": {} } }, ['VOLUME ["/a b"]']],
  [{ Entrypoint: ["/a"], Cmd: ["b", "c d"] }, ['ENTRYPOINT ["/a"]', 'CMD ["b", "c d"]']],
  [
    { Healthcheck: { Test: ["CMD-SHELL", "a || b"], Interval: 5_000_000_000, Retries: 2 } },
    ["HEALTHCHECK --interval=5000000000ns --retries=2 CMD a || b"],
  ],
  [{ Healthcheck: { Test: ["CMD", "a", "b"] } }, ['HEALTHCHECK CMD ["a", "b"]']],
  [{ Healthcheck: { Test: ["NONE"] } }, ["HEALTHCHECK NONE"]],
  [{ OnBuild: ["RUN make"] }, ["ONBUILD RUN make"]],
])("settingsInstructions of %j", (config, lines) => {
  expect(settingsInstructions(config)).toEqual(lines);
});
