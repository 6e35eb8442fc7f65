import { expect, test } from "vitest";
import { type ImageConfigFile, parseImageConfig } from "../../../format/oci/image-config.ts";
import { readHistory } from "../origin/read-history.ts";
import { lintImage } from "./lint.ts";

const config = (parts: object): ImageConfigFile =>
  parseImageConfig(JSON.stringify({ config: { User: "app", ...parts }, rootfs: {} }), "config");
const rules = (lines: readonly string[], parts: object = {}, base: string | null = "debian:12"): readonly string[] => {
  const history = lines.map((createdBy) => ({ createdBy, comment: "", created: "", isEmpty: false }));
  return lintImage({ instructions: readHistory(history), config: config(parts), base }).map(({ rule }) => rule);
};

const BROKEN: readonly (readonly [string, readonly string[]])[] = [
  ["RUN /bin/sh -c apt-get update && apt-get install -y --no-install-recommends curl # buildkit", ["apt-lists-left"]],
  ["RUN /bin/sh -c apt-get install -y curl", ["apt-recommends"]],
  ["RUN /bin/sh -c apk add curl", ["apk-cache-left"]],
  ["RUN /bin/sh -c pip install flask", ["pip-cache-left"]],
  ["RUN /bin/sh -c sudo make", ["sudo"]],
  ["RUN /bin/sh -c curl -fsSL https://x/install | sh", ["download-to-shell"]],
  ["RUN /bin/sh -c wget -O- https://x | sudo bash -s", ["download-to-shell", "sudo"]],
  ["RUN /bin/sh -c chmod -R 777 /srv && true", ["owner-in-own-layer", "writable-by-all"]],
  ["RUN /bin/sh -c chown -R app /srv", ["owner-in-own-layer"]],
  ["ADD src /srv # buildkit", ["add-for-copy"]],
  ["WORKDIR app", ["relative-workdir"]],
  ["ENV DB_PASSWORD=hunter2-Pa55", ["secret-in-settings"]],
  ["MAINTAINER me", ["maintainer"]],
];
const FINE: readonly string[] = [
  "RUN /bin/sh -c apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*",
  "RUN /bin/sh -c apk add --no-cache curl",
  "RUN /bin/sh -c pip install --no-cache-dir flask",
  "RUN /bin/sh -c curl -o x https://x && sha256sum -c sums && sh x",
  "RUN /bin/sh -c chmod 0755 /srv",
  "ADD https://example.org/x.tar.gz /srv",
  "ADD rootfs.tar.xz /",
  "WORKDIR /app",
  "WORKDIR $HOME/app",
  "ENV PATH=/bin",
];

test.each(BROKEN)("%s breaks %j", (line, expected) => {
  expect(rules([line]).toSorted()).toEqual(expected);
});

test.each(FINE)("%s breaks no rule", (line) => {
  expect(rules([line])).toEqual([]);
});

test.each([
  ["no user", { User: "" }, "debian:12", ["root-user"]],
  ["the user 0", { User: "0:0" }, "debian:12", ["root-user"]],
  ["a command in a shell", { Cmd: ["/bin/sh", "-c", "exec run"] }, "debian:12", ["shell-form-command"]],
  ["a port without a health check", { ExposedPorts: { "80/tcp": {} } }, "debian:12", ["no-healthcheck"]],
  ["a port with one", { ExposedPorts: { "80/tcp": {} }, Healthcheck: { Test: ["CMD", "/ok"] } }, "debian:12", []],
  ["a base without a version", {}, "host:5000/debian", ["base-latest"]],
  ["the latest base", {}, "debian:latest", ["base-latest"]],
  ["an unknown base", {}, null, []],
])("%s", (_name, parts, base, expected) => {
  expect(rules([], parts, base)).toEqual(expected);
});

test("only the last CMD counts", () => {
  expect(rules(['CMD ["a"]', 'CMD ["b"]', 'ENTRYPOINT ["c"]'])).toEqual(["many-commands"]);
});
