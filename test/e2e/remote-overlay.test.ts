import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { uniqueName } from "../support/container.ts";
import { outputOf, runOnHost } from "../support/host-command.ts";
import { RemoteDesk, until } from "./remote-support.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 300_000 });

const desk = new RemoteDesk();
const root = mkdtempSync(path.join(tmpdir(), "cooper-family-"));
const base = uniqueName("family");
const box = uniqueName("family-box");
const session = `family-${process.env["COOPER_TEST_RUN"] ?? ""}${randomBytes(4).toString("hex")}`;
const own = `cooper-${base}:latest-${session}`;

/** Takes what apk takes, and brings of three packages what Alpine's bring; programs of this machine stand for theirs. */
const APK = `#!/bin/sh
[ "$1 $2" = "add --no-cache" ] || { echo "apk: unknown: $*" >&2; exit 1; }
shift 2
for name in "$@"; do
  [ -d "/store/$name" ] || { echo "ERROR: unable to select packages: $name (no such package)" >&2; exit 1; }
  cp -a "/store/$name/." /
done
grep -q ^sshd: /etc/passwd || echo 'sshd:x:22:22:sshd:/dev/null:/sbin/nologin' >>/etc/passwd
`;

/** What Alpine's busybox makes of a new user; Debian's is built without. */
const ADDUSER = `#!/bin/sh
[ "$#" = 2 ] && [ "$1" = -D ] || { echo "adduser: usage" >&2; exit 1; }
echo "$2:x:1000:1000:Linux User,,,:/home/$2:/bin/sh" >>/etc/passwd
echo "$2:x:1000:" >>/etc/group
echo "$2:!:0:0:99999:7:::" >>/etc/shadow
mkdir -m 2755 "/home/$2"
chown "$2:$2" "/home/$2"
`;

/** Everything but the packages is busybox, as it is in Alpine. */
const MAKE = `set -e
mkdir -p bin usr/bin usr/sbin etc/ssh root home tmp run var/empty proc dev store
cp "$(command -v busybox)" bin/busybox
for name in $(bin/busybox --list); do [ "$name" = busybox ] || ln -s busybox "bin/$name"; done
bring() { # package, program, where
  mkdir -p "store/$1$(dirname "$3")"
  cp -L "$2" "store/$1$3"
  ldd "$2" | grep -o '/[^ ]*' | while read -r library; do mkdir -p "store/$1$(dirname "$library")"; cp -L "$library" "store/$1$library"; done
}
bring openssh-server /usr/sbin/sshd /usr/sbin/sshd
for part in /usr/lib/openssh/sshd-*; do [ ! -x "$part" ] || bring openssh-server "$part" "$part"; done
bring openssh-keygen "$(command -v ssh-keygen)" /usr/bin/ssh-keygen
bring openssh-sftp-server /usr/lib/openssh/sftp-server /usr/lib/ssh/sftp-server
mkdir -p store/openssh-server/etc/ssh
echo 'Subsystem sftp /usr/lib/ssh/sftp-server' >store/openssh-server/etc/ssh/sshd_config
printf 'root:x:0:0:root:/root:/bin/sh\\n' >etc/passwd
printf 'root:x:0:\\n' >etc/group
printf 'root:*::0:::::\\n' >etc/shadow
tar c . | docker import --change 'CMD ["/bin/sh"]' - "$1"`;

beforeAll(async () => {
  mkdirSync(path.join(root, "sbin"));
  writeFileSync(path.join(root, "sbin", "apk"), APK, { mode: 0o755 });
  writeFileSync(path.join(root, "sbin", "adduser"), ADDUSER, { mode: 0o755 });
  await outputOf(["sh", "-c", MAKE, "sh", base], { cwd: root });
  await outputOf(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path.join(desk.folder, "key")]);
});

afterAll(async () => {
  await desk.leave();
  await runOnHost(["docker", "rm", "-f", "-v", box]);
  await runOnHost(["docker", "rmi", "-f", own, base]);
  rmSync(root, { recursive: true, force: true });
});

test("the overlay of Alpine's family is built by its tools, and lets its user in with the key alone", async () => {
  await desk.told(`cooper dev init ${session} --image ${base} --user app --distro alpine --no-mount`);
  expect(await desk.told(`cooper dev build -s ${session} --key key.pub`)).toBe(`${own}\n`);
  await outputOf(["docker", "run", "-d", "--network", "none", "--name", box, own]);
  const options = [
    "-o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o IdentitiesOnly=yes",
    `-o ProxyCommand='docker exec -i ${box} nc 127.0.0.1 22'`,
  ].join(" ");
  const ssh = (words: string): string => `ssh -F /dev/null ${options} ${words}`;
  await until(async () => (await desk.bash(ssh("-i key app@box true"))).exit === 0, "the login with the key");
  expect(await desk.told(ssh(`-i key app@box 'id -un; stat -c "%a %U" ~/.ssh ~/.ssh/authorized_keys; cat ~/.ssh/authorized_keys'`))).toBe(
    `app\n700 app\n600 app\n${readFileSync(path.join(desk.folder, "key.pub"), "utf8")}`,
  );
  expect(await desk.told(`echo sent >file; scp -F /dev/null ${options} -i key file app@box:got; ${ssh("-i key app@box cat got")}`)).toBe(
    "sent\n",
  );
  await outputOf(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path.join(desk.folder, "other")]);
  expect((await desk.bash(ssh("-i other app@box true"))).stderr).toContain("Permission denied");
  // The keys of the server are this container's own.
  expect(await desk.told(`docker run --rm --network none ${own} ls /etc/ssh`)).toBe("sshd_config\n");
});
