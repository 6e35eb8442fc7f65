import { expect, test } from "vitest";
import type { SessionRecord } from "../session/session-record.ts";
import { buildFolderOf } from "./build-folder.ts";

const RECORD: SessionRecord = {
  version: 1,
  name: "work",
  persistent: true,
  workFolder: "/home/me/work",
  engine: { host: "ssh://me@build1:2200", context: null },
  container: null,
  service: null,
  image: null,
  user: null,
  buildFolder: "~/build",
  isMounted: true,
  socket: "/run/s",
  key: "k",
  settings: { run: [], registry: null, distro: null, sshKey: null, built: null, deadlineMs: 5_000 },
  createdAt: 0,
};

test.each([
  [{}, { here: "/home/me/work/build1", name: "build1:~/build" }],
  [{ engine: { host: "podman+ssh://build1", context: null } }, { host: "ssh://build1", here: "/home/me/work/build1" }],
  [{ engine: { host: "ssh://[fd00::1]", context: null } }, { here: "/home/me/work/fd00::1" }],
  [{ engine: { host: "unix:///run/docker.sock", context: null } }, null],
  [{ engine: { host: null, context: null } }, null],
  [{ buildFolder: null }, null],
  [{ isMounted: false }, null],
])("%j", (part, folder) => {
  const found = buildFolderOf({ folder: "/state/work", record: { ...RECORD, ...part } });
  if (folder === null) expect(found).toBeNull();
  else expect(found).toMatchObject({ there: "~/build", ...folder });
});
