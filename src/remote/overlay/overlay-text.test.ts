import { expect, test } from "vitest";
import { buildLine, distroOf, overlayName, overlayText } from "./overlay-text.ts";

test("an overlay of Debian's family takes no recommended packages and no keys of a server", () => {
  expect(overlayText({ image: "debian:bookworm", distro: "ubuntu", user: "root" })).toBe(`FROM debian:bookworm
USER root
RUN apt-get update && \\
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends openssh-server && \\
    apt-get clean && \\
    rm -rf /var/lib/apt/lists/* && \\
    rm -f /etc/ssh/ssh_host_*
ARG SSH_PUBLIC_KEY
RUN home=$(eval echo ~root) && \\
    mkdir -p /run/sshd "$home/.ssh" && \\
    printf '%s\\n' "$SSH_PUBLIC_KEY" >"$home/.ssh/authorized_keys" && \\
    chmod 700 "$home/.ssh" && \\
    chmod 600 "$home/.ssh/authorized_keys" && \\
    chown -R root: "$home/.ssh"
EXPOSE 22
ENTRYPOINT []
CMD ["sh", "-c", "mkdir -p /run/sshd && ssh-keygen -A >/dev/null && exec /usr/sbin/sshd -D -e -o PasswordAuthentication=no -o KbdInteractiveAuthentication=no -o PermitRootLogin=prohibit-password"]
`);
});

test("another user is made where it is not there, and owns its key", () => {
  const text = overlayText({ image: "alpine", distro: "alpine", user: "app" });
  expect(text).toContain("apk add --no-cache openssh-server openssh-keygen openssh-sftp-server");
  expect(text).toContain("(id app >/dev/null 2>&1 || (adduser -D app && sed -i 's/^app:!/app:*/' /etc/shadow))");
  expect(text).toContain('chown -R app: "$home/.ssh"');
});

test.each([
  ["a b", "root"],
  ["a\nRUN x", "root"],
  ["-x", "root"],
  ["a", "0"],
  ["a", "a;b"],
  ["a", ""],
])("what would be another Dockerfile is refused: %j %j", (image, user) => {
  expect(() => overlayText({ image, distro: "ubuntu", user })).toThrow(/is no name of/);
});

test.each([
  ["debian:bookworm", null, "cooper-debian:bookworm-work"],
  ["debian", null, "cooper-debian:latest-work"],
  ["registry.example:5000/team/App:1.2@sha256:00ff", "localhost:5000/", "localhost:5000/cooper-app:1.2-work"],
  ["registry.example:5000/app", null, "cooper-app:latest-work"],
])("%s with registry %j is called %s", (image, registry, name) => {
  expect(overlayName({ image, session: "work", registry })).toBe(name);
});

test("the family is read from the name", () => {
  expect(["debian", "python:3-alpine"].map(distroOf)).toEqual(["ubuntu", "alpine"]);
});

test("a folder of another machine is one word there, and its home", () => {
  expect(buildLine({ folder: "/srv/a b", words: ["docker", "build", "it's"] })).toBe(
    `mkdir -p '/srv/a b' && cd '/srv/a b' && docker build 'it'\\''s'`,
  );
  expect(buildLine({ folder: "~/build", words: ["docker"] })).toBe("mkdir -p ~/build && cd ~/build && docker");
});
