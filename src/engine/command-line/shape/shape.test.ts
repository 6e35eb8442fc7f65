import { expect, test } from "vitest";
import { parseReply, Reply } from "../../reply.ts";
import { changesShape, containerShape, familiarName, processesShape, summaryShape } from "./container-shape.ts";
import { eventShape, isWanted } from "./event-shape.ts";
import { bytesOf, hasName, imageRows, layerShape } from "./image-shape.ts";

const NERDCTL = {
  Id: "ab12",
  Created: "2024-05-07T21:09:36Z",
  Image: "docker.io/library/debian:bookworm",
  Name: "box",
  State: { Status: "paused", Running: false, Paused: true, Pid: 42 },
  Config: { Hostname: "box", Labels: { a: "b,c" } },
};

test("a container as nerdctl prints it becomes one as the API has it", () => {
  expect(containerShape(new Reply(NERDCTL))).toMatchObject({
    Name: "/box",
    Image: "docker.io/library/debian:bookworm",
    Config: { Image: "debian:bookworm", Hostname: "box" },
    State: { Running: true, Paused: true, Pid: 42 },
  });
  expect(summaryShape(new Reply(NERDCTL))).toMatchObject({
    Id: "ab12",
    Names: ["/box"],
    Image: "debian:bookworm",
    State: "paused",
    Labels: { a: "b,c" },
  });
});

test("one as docker prints it stays as it is", () => {
  const docker = { Id: "ab", Name: "/box", Image: "sha256:1", Config: { Image: "web" }, State: { Running: true, Paused: false } };
  expect(containerShape(new Reply(docker))).toEqual(docker);
});

test.each([
  ["docker.io/library/debian:bookworm", "debian:bookworm"],
  ["docker.io/me/web:1", "me/web:1"],
  ["quay.io/me/web:1", "quay.io/me/web:1"],
  ["debian", "debian"],
])("the image %s is called %s", (full, short) => {
  expect(familiarName(full)).toBe(short);
});

test("the lines of diff are changes, whatever stands between them", () => {
  expect(changesShape("C /etc\nA /etc/a b\nwarning: x\nD /etc/c\n")).toEqual([
    { Path: "/etc", Kind: 0 },
    { Path: "/etc/a b", Kind: 1 },
    { Path: "/etc/c", Kind: 2 },
  ]);
});

test("the last column of a table of processes may hold blanks", () => {
  expect(processesShape("UID  PID  CMD\nroot 1    sleep 10 20\n")).toEqual({
    Titles: ["UID", "PID", "CMD"],
    Processes: [["root", "1", "sleep 10 20"]],
  });
});

const told = (Topic: string, event: unknown): string =>
  JSON.stringify({ Timestamp: "2024-05-07T21:09:36.5Z", ID: "", Namespace: "default", Topic, Event: JSON.stringify(event) });

test.each([
  ["the end of a container", told("/tasks/exit", { container_id: "ab", id: "ab", exit_status: 1 }), "die"],
  ["a pause", told("/tasks/paused", { container_id: "ab" }), "pause"],
  ["a removal", told("/containers/delete", { id: "ab" }), "destroy"],
  [
    "docker's own form",
    JSON.stringify({ Type: "container", Action: "die", Actor: { ID: "ab", Attributes: {} }, timeNano: 1_715_116_176_500_000_000 }),
    "die",
  ],
])("%s is told", (_, line, action) => {
  expect(eventShape(line)).toEqual({
    Type: "container",
    Action: action,
    Actor: { ID: "ab", Attributes: {} },
    timeNano: 1_715_116_176_500_000_000,
  });
});

test.each([
  ["the end of a command in a container", told("/tasks/exit", { container_id: "ab", id: "exec-1" })],
  ["what the API does not know", told("/snapshot/prepare", { key: "ab" })],
])("%s is not told", (_, line) => {
  expect(eventShape(line)).toBeNull();
});

const FILTERS: readonly (readonly [unknown, boolean])[] = [
  [{}, true],
  [{ type: ["container"], container: ["ab"], event: ["die", "pause"] }, true],
  [{ type: { container: true } }, true],
  [{ event: ["start"] }, false],
  [{ container: ["other"] }, false],
];

test.each(FILTERS)("the filters %j", (filters, is) => {
  const event = eventShape(told("/tasks/exit", { container_id: "ab12", id: "ab12" }));
  expect(event !== null && isWanted(event, new Reply(filters))).toBe(is);
});

test.each([
  ["117MB", 117_000_000],
  ["111.5 MiB", 116_916_224],
  ["0B", 0],
  ["12", 12],
  ["a lot", 0],
])("%s is %d bytes", (text, bytes) => {
  expect(bytesOf(text)).toBe(bytes);
});

test("the names of one image come together", () => {
  const row = (Repository: string, Tag: string): Reply =>
    parseReply(JSON.stringify({ Repository, Tag, ID: "sha256:1", Size: "1 KiB", CreatedAt: "2024-05-07 21:09:36 +0000 UTC" }));
  const [image, ...others] = imageRows([row("web", "1"), row("web", "2"), row("<none>", "<none>")]);
  expect(others).toEqual([]);
  expect(image).toEqual({ Id: "sha256:1", RepoTags: ["web:1", "web:2"], Size: 1024, Created: 1_715_116_176 });
  expect(image !== undefined && hasName(image, "web")).toBe(true);
  expect(image !== undefined && hasName(image, "we")).toBe(false);
});

test("a layer's row", () => {
  expect(layerShape(new Reply({ Snapshot: "sha256:1", CreatedBy: "RUN x", Size: "1kB", Comment: "" }))).toEqual({
    Id: "sha256:1",
    CreatedBy: "RUN x",
    Size: 1000,
    Comment: "",
  });
});
