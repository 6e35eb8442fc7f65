import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { buildImage } from "../../src/engine/image/build.ts";
import { imageHistory, inspectImage, removeImage } from "../../src/engine/image/image.ts";
import { uniqueName } from "../support/container.ts";
import { testEngine } from "../support/engine.ts";
import { outputOf } from "../support/host-command.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const engine = await testEngine();
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function context(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "cooper-test-build-"));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

const DOCKERFILE = `FROM debian:bookworm
ARG WORD=none
COPY note.txt /note.txt
ENV WORD=$WORD
USER daemon
WORKDIR /usr
EXPOSE 80 53/udp
VOLUME /data
STOPSIGNAL SIGQUIT
SHELL ["/bin/bash", "-c"]
ENTRYPOINT ["sleep"]
CMD ["infinity"]
`;

test.each(["classic", "buildkit"] as const)("%s: a context becomes an image with its settings", async (builder) => {
  const tag = `${uniqueName("image")}:one`;
  const folder = context({ Dockerfile: DOCKERFILE, "note.txt": tag });
  let output = "";
  const onOutput = (text: string): void => void (output += text);
  const { imageId } = await buildImage(engine, { folder, builder, tag, args: { WORD: "given" }, labels: { note: tag }, onOutput });
  try {
    const image = await inspectImage(engine, tag);
    expect(image).toMatchObject({ id: imageId, tags: [tag], labels: { note: tag } });
    expect(image.config).toMatchObject({
      cmd: ["infinity"],
      entrypoint: ["sleep"],
      user: "daemon",
      workdir: "/usr",
      exposed: ["53/udp", "80/tcp"],
      volumes: ["/data"],
      stopSignal: "SIGQUIT",
      shell: ["/bin/bash", "-c"],
      architecture: engine.architecture,
    });
    expect(image.config.env).toContain("WORD=given");
    expect((await imageHistory(engine, imageId))[0]?.createdBy).toMatch(/LABEL|CMD/u);
    expect(output).toContain("note.txt");
  } finally {
    await removeImage(engine, tag);
  }
  await removeImage(engine, tag);
  await expect(inspectImage(engine, tag)).rejects.toMatchObject({ code: "image-unknown", message: expect.stringContaining(tag) });
});

test("a secret reaches the build and not the image", async () => {
  const folder = context({
    Dockerfile:
      '# syntax-free\nFROM debian:bookworm\nRUN --mount=type=secret,id=key test "$(cat /run/secrets/key)" = s3cret && echo found > /found\n',
    key: "s3cret",
  });
  const secrets = { key: join(folder, "key") };
  const { imageId } = await buildImage(engine, { folder, builder: "buildkit", secrets, network: "none", noCache: true });
  await removeImage(engine, imageId);
  await expect(buildImage(engine, { folder, builder: "classic", secrets })).rejects.toMatchObject({
    code: "secret-needs-buildkit",
    exit: 2,
  });
});

test.each(["classic", "buildkit"] as const)("%s: a failed build says where, and leaves no container", async (builder) => {
  const word = uniqueName("failed");
  const folder = context({ Dockerfile: `FROM debian:bookworm\nRUN echo ${word} && exit 23\n` });
  const failed = buildImage(engine, { folder, builder, network: "none", noCache: true });
  await expect(failed).rejects.toMatchObject({ code: "build-failed", exit: 1, message: expect.stringContaining("23") });
  expect(await outputOf(["docker", "ps", "--all", "--no-trunc", "--format", "{{.Command}}"])).not.toContain(word);
});

test("a build that is stopped from outside, and its container with it", async () => {
  const abort = new AbortController();
  const reason = new Error("enough");
  const word = uniqueName("stopped");
  const folder = context({ Dockerfile: `FROM debian:bookworm\nRUN echo "${word} runs" && sleep 600\n` });
  let output = "";
  const onOutput = (text: string): void => {
    output += text;
    if (output.includes(`\n${word} runs`)) abort.abort(reason);
  };
  const stopped = buildImage(engine, { folder, builder: "classic", network: "none", noCache: true, onOutput, signal: abort.signal });
  await expect(stopped).rejects.toBe(reason);
  const commands = (): Promise<string> => outputOf(["docker", "ps", "--all", "--no-trunc", "--format", "{{.Command}}"]);
  await expect.poll(commands, { timeout: 60_000 }).not.toContain(word);
});

test("the docker command is found where PATH lacks its folder", async () => {
  const folder = context({ Dockerfile: "FROM debian:bookworm\nENV FOUND=yes\n" });
  const poor = { ...engine, env: { ...engine.env, PATH: folder } };
  const { imageId } = await buildImage(poor, { folder, builder: "classic" });
  expect((await inspectImage(engine, imageId)).config.env).toContain("FOUND=yes");
  await removeImage(engine, imageId);
});
