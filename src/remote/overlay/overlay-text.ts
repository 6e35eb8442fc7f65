import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import { quoteWord } from "../../format/shell/quote.ts";

/** The file of an overlay in its folder. */
export const OVERLAY_FILE = "Dockerfile.cooper";

/** The build argument that carries the public key. */
export const KEY_ARGUMENT = "SSH_PUBLIC_KEY";

export type Distro = "ubuntu" | "alpine";

export interface Overlay {
  /** The image that it is put on. */
  readonly image: string;
  readonly distro: Distro;
  /** Who logs in. */
  readonly user: string;
}

/** What differs between the families: how the server comes in, and how a user without a password is made one that may log in with a key. */
const FAMILIES: Readonly<Record<Distro, { readonly install: readonly string[]; readonly addUser: (user: string) => string }>> = {
  ubuntu: {
    install: [
      "apt-get update",
      "DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends openssh-server",
      "apt-get clean",
      "rm -rf /var/lib/apt/lists/*",
    ],
    addUser: (user) => `useradd --create-home --shell /bin/bash ${user}`,
  },
  alpine: {
    install: ["apk add --no-cache openssh-server openssh-keygen openssh-sftp-server"],
    addUser: (user) => `adduser -D ${user} && sed -i 's/^${user}:!/${user}:*/' /etc/shadow`,
  },
};

/** Without a key that the build was given nobody can log in; passwords never count. */
const SERVER = [
  "/usr/sbin/sshd -D -e",
  "-o PasswordAuthentication=no",
  "-o KbdInteractiveAuthentication=no",
  "-o PermitRootLogin=prohibit-password",
].join(" ");

/** The Dockerfile of an image with an ssh server for one user. Throws `overlay-malformed`. */
export function overlayText({ image, distro, user }: Overlay): string {
  if (!/^[\w][\w./:@-]*$/.test(image)) throw malformed(`${JSON.stringify(image)} is no name of an image`);
  if (!/^[a-z_][a-z0-9_-]{0,31}$/.test(user)) throw malformed(`${JSON.stringify(user)} is no name of a user`);
  const { install, addUser } = FAMILIES[distro];
  const makeUser = user === "root" ? [] : [`(id ${user} >/dev/null 2>&1 || (${addUser(user)}))`];
  const key = [
    `home=$(eval echo ~${user})`,
    `mkdir -p /run/sshd "$home/.ssh"`,
    `printf '%s\\n' "$${KEY_ARGUMENT}" >"$home/.ssh/authorized_keys"`,
    `chmod 700 "$home/.ssh"`,
    `chmod 600 "$home/.ssh/authorized_keys"`,
    `chown -R ${user}: "$home/.ssh"`,
  ];
  // Keys of the server are each container's own: made when it starts, not part of the image.
  const start = `mkdir -p /run/sshd && ssh-keygen -A >/dev/null && exec ${SERVER}`;
  return `FROM ${image}
USER root
RUN ${[...install, "rm -f /etc/ssh/ssh_host_*", ...makeUser].join(" && \\\n    ")}
ARG ${KEY_ARGUMENT}
RUN ${key.join(" && \\\n    ")}
EXPOSE 22
ENTRYPOINT []
CMD ["sh", "-c", ${JSON.stringify(start)}]
`;
}

/** The family of an image, as far as its name tells. */
export function distroOf(image: string): Distro {
  return /alpine/i.test(image) ? "alpine" : "ubuntu";
}

export interface OverlayName {
  readonly image: string;
  readonly session: string;
  readonly registry: string | null;
}

/** The name of a session's image: "cooper-debian:bookworm-work", with its registry before it. */
export function overlayName({ image, session, registry }: OverlayName): string {
  const [named = ""] = image.split("@");
  const last = named.split("/").at(-1) ?? "";
  const [name = "", tag = "latest"] = last.split(":");
  const own = `cooper-${name.toLowerCase()}:${`${tag}-${session}`.slice(0, 128)}`;
  return registry === null ? own : `${registry.replace(/\/+$/, "")}/${own}`;
}

function malformed(message: string): CooperError {
  return new CooperError("overlay-malformed", message, {
    hint: "cooper dev init --image IMAGE --user NAME, or: cooper dev overlay --image IMAGE",
    exit: EXIT.usage,
  });
}

/** The words that build an image with the docker command of another machine, in one of its folders, from a Dockerfile on standard input. */
export function buildLine({ folder, words }: { readonly folder: string; readonly words: readonly string[] }): string {
  const place = quotePlace(folder);
  return `mkdir -p ${place} && cd ${place} && ${words.map(quoteWord).join(" ")}`;
}

/** A folder of another machine as a word for its shell, which knows the user's home. */
export function quotePlace(folder: string): string {
  return folder.startsWith("~/") ? `~/${quoteWord(folder.slice(2))}` : quoteWord(folder);
}
