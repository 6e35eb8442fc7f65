import { describe, expect, test } from "vitest";
import { changeConfig } from "./image-changes.ts";

const CONFIG = {
  Env: ["PATH=/bin", "A=1"],
  Cmd: ["/run"],
  Entrypoint: ["/entry"],
  User: "web",
  ExposedPorts: { "80/tcp": {} },
  Volumes: { "/data": {} },
  Labels: { a: "1", b: "2" },
  Healthcheck: { Test: ["CMD", "a"] },
};

describe("changeConfig", () => {
  test.each([
    ['CMD ["/a", "b c"]', { Cmd: ["/a", "b c"] }],
    ["cmd /a b", { Cmd: ["/bin/sh", "-c", "/a b"] }],
    ['ENTRYPOINT ["/x"]', { Entrypoint: ["/x"] }],
    ["USER 10:20", { User: "10:20" }],
    ["WORKDIR /srv", { WorkingDir: "/srv" }],
    ["ENV B=2 A='x y'", { Env: ["PATH=/bin", "A=x y", "B=2"] }],
    ["ENV B two words", { Env: ["PATH=/bin", "A=1", "B=two words"] }],
    ['LABEL a="say \\"x\\""', { Labels: { a: 'say "x"', b: "2" } }],
    ["EXPOSE 443 53/udp", { ExposedPorts: { "80/tcp": {}, "443/tcp": {}, "53/udp": {} } }],
    ["VOLUME /logs /more", { Volumes: { "/data": {}, "/logs": {}, "/more": {} } }],
  ])("sets %s", (instruction, changed) => {
    expect(changeConfig(CONFIG, { set: [instruction], unset: [] })).toEqual({ ...CONFIG, ...changed });
  });
  test.each([
    ["CMD", { Cmd: undefined }],
    ["ENTRYPOINT", { Entrypoint: undefined }],
    ["USER", { User: "" }],
    ["HEALTHCHECK", { Healthcheck: undefined }],
    ["ENV A", { Env: ["PATH=/bin"] }],
    ["ENV", { Env: [] }],
    ["LABEL b", { Labels: { a: "1" } }],
    ["EXPOSE 80", { ExposedPorts: {} }],
    ["VOLUME /data", { Volumes: {} }],
  ])("takes away %s", (instruction, changed) => {
    expect(changeConfig(CONFIG, { set: [], unset: [instruction] })).toEqual({ ...CONFIG, ...changed });
  });
  test.each([
    [["RUN x"], []],
    [["ENV"], []],
    [[], ["ADD"]],
    [[""], []],
  ])("refuses %j and %j", (set, unset) => {
    expect(() => changeConfig(CONFIG, { set, unset })).toThrow("no change of an image's settings");
  });
});
