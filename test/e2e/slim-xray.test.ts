import { mkdtempSync } from "node:fs";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { runCooper } from "../support/cli.ts";
import { uniqueName } from "../support/container.ts";
import { outputOf, runOnHost } from "../support/host-command.ts";

const name = uniqueName("xray");
const folder = mkdtempSync(path.join(tmpdir(), "cooper-xray-"));
const at = (file: string): string => path.join(folder, file);
const KEY = `-----BEGIN PRIVATE KEY-----\n${"MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n".repeat(20)}-----END PRIVATE KEY-----\n`;

const BASE = `FROM scratch
COPY busybox /bin/busybox
COPY os-release /etc/os-release
CMD ["/bin/busybox", "sh"]
`;
const APP = `FROM ${name}-base
COPY key.pem /srv/key.pem
COPY data /srv/data
RUN ["/bin/busybox", "rm", "/srv/key.pem"]
RUN ["/bin/busybox", "chmod", "4755", "/bin/busybox"]
ENV API_TOKEN=abc123-Zz9-secret
WORKDIR /srv
EXPOSE 80
CMD ["/bin/busybox", "httpd", "-f"]
`;

async function build(tag: string, dockerfile: string): Promise<void> {
  await writeFile(at("context/Dockerfile"), dockerfile);
  await outputOf(["docker", "build", "-q", "--network", "none", "-t", tag, at("context")]);
}

beforeAll(async () => {
  await mkdir(at("context"));
  await copyFile("/bin/busybox", at("context/busybox"));
  await writeFile(at("context/os-release"), 'ID=tiny\nPRETTY_NAME="Tiny Linux 1"\n');
  await writeFile(at("context/key.pem"), KEY);
  await writeFile(at("context/data"), "x".repeat(200_000));
  await build(`${name}-base`, BASE);
  await build(name, APP);
  await outputOf(["docker", "save", "-o", at("image.tar"), name]);
});

afterAll(async () => {
  await runOnHost(["docker", "rmi", "-f", name, ...["base", "settings", "again"].map((one) => `${name}-${one}`)]);
  await rm(folder, { recursive: true, force: true });
});

const SETTINGS = `FROM scratch
COPY busybox /bin/busybox
ENV A=b C="d e" QUOTED="a \\"b\\" \\$c" EMPTY=
LABEL one="two three" "key with"=x
SHELL ["/bin/busybox", "sh", "-c"]
WORKDIR /srv
VOLUME ["/data", "/with space"]
EXPOSE 80 53/udp
USER 33:33
STOPSIGNAL SIGQUIT
HEALTHCHECK --interval=5s --timeout=3s --retries=4 CMD busybox true || exit 1
ONBUILD COPY x /x
ENTRYPOINT ["/bin/busybox", "echo", "it's \\"ok\\""]
CMD exec top
`;

const EXPECTED = {
  schema: "cooper.xray/1",
  system: { id: "tiny", version: null },
  dangers: {
    setuid: [{ path: "/bin/busybox", mode: "4755", owner: "0:0" }],
    secrets: [{ path: "/srv/key.pem", kind: "private key", isVisible: false }],
  },
};

describe("cooper xray", () => {
  test("tells of an image of the engine what is in it and what it was built from", async () => {
    const { exit, stdout } = await runCooper(["xray", name, "--json"]);
    expect(exit).toBe(0);
    const report: Record<string, unknown> = JSON.parse(stdout);
    expect(report).toMatchObject({ ...EXPECTED, base: { name: `${name}-base:latest`, system: "Tiny Linux 1", layers: 2 } });
    expect(report["dockerfile"]).toContain(`FROM ${name}-base:latest`);
    expect(report["dockerfile"]).toContain('CMD ["/bin/busybox", "httpd", "-f"]');
    expect(stdout).toContain('"kind": "repeated"');
    expect(stdout).not.toContain("abc123");
    expect(stdout).not.toContain("MIIEvQ");
  });

  test("makes a Dockerfile that gives an image with the same settings", async () => {
    await build(`${name}-settings`, SETTINGS);
    const { stdout } = await runCooper(["xray", `${name}-settings`, "--json"]);
    const { dockerfile } = z.object({ dockerfile: z.string() }).parse(JSON.parse(stdout));
    await build(`${name}-again`, dockerfile.replace("COPY FILE", "COPY busybox"));
    const settingsOf = async (image: string): Promise<object> => {
      const config = await outputOf(["docker", "image", "inspect", "--format", "{{json .Config}}", `${name}-${image}`]);
      // The image that the builder's last step began with is another one.
      return { ...z.record(z.string(), z.unknown()).parse(JSON.parse(config)), Image: null };
    };
    expect(await settingsOf("again")).toEqual(await settingsOf("settings"));
  });

  test("tells the same of a saved archive, and writes the files that were asked for", async () => {
    const files = ["--sbom", `cyclonedx=${at("bom.json")}`, "--sbom", `spdx=${at("spdx.json")}`, "--html", at("page.html")];
    const { exit, stdout } = await runCooper(["xray", "./image.tar", "--json", ...files], { cwd: folder });
    expect(exit).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ ...EXPECTED, base: { name: null, layers: 2 }, image: { tags: [`${name}:latest`] } });
    expect(JSON.parse(await readFile(at("bom.json"), "utf8"))).toMatchObject({ specVersion: "1.5" });
    expect(JSON.parse(await readFile(at("spdx.json"), "utf8"))).toMatchObject({ spdxVersion: "SPDX-2.3" });
    expect(await readFile(at("page.html"), "utf8")).toContain("<svg");
  });

  test("shows a person a summary", async () => {
    const { exit, stdout } = await runCooper(["xray", "image.tar"], { cwd: folder });
    expect(exit).toBe(0);
    for (const part of ["layers", "biggest files", "wasted", "set-uid", "advice on the Dockerfile", "no-healthcheck", "root-user"]) {
      expect(stdout).toContain(part);
    }
    expect(stdout).toContain("/srv/key.pem  private key");
  });

  test.each([
    ["an image that is not there", `${name}-nothing`, "There is no image"],
    ["a file that is not there", "./nothing.tar", "there is nothing at"],
    ["a file that is no archive", "./context/data", "it is not a tar archive"],
    ["a folder that is no layout", "./context", "neither a manifest.json nor an index.json"],
  ])("refuses %s with exit code 2", async (_what, word, message) => {
    const { exit, stdout, stderr } = await runCooper(["xray", word], { cwd: folder });
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: "" });
    expect(stderr).toContain(message);
  });
});
