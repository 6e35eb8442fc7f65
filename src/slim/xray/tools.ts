import type { ImageView } from "./image-view.ts";

/** A program in the image that helps somebody who broke in. */
export interface FoundTool {
  readonly path: string;
  readonly use: string;
}

/** Names of programs by what they are good for. */
const TOOLS: Readonly<Record<string, string>> = {
  shell: "sh bash dash ash zsh ksh mksh fish csh tcsh busybox toybox rbash",
  "package manager": "apt apt-get dpkg apk yum dnf microdnf rpm pacman zypper pip pip3 npm yarn pnpm gem cargo composer",
  download: "curl wget aria2c ftp tftp lftp scp sftp rsync git svn",
  network: "nc ncat netcat nc.openbsd nc.traditional socat telnet nmap tcpdump ssh sshd dig nslookup ip ifconfig iptables nft",
  compiler: "gcc cc g++ c++ clang tcc make cmake go rustc javac as ld",
  interpreter: "python python3 python2 perl ruby node php lua awk mawk gawk java tclsh",
  privilege: "sudo su doas gosu pkexec chroot nsenter unshare setpriv capsh mount",
  debugger: "gdb strace ltrace perf lldb",
  "container client": "docker kubectl podman crictl ctr runc",
};
const USE_OF: ReadonlyMap<string, string> = new Map(
  Object.entries(TOOLS).flatMap(([use, names]) => names.split(" ").map((name): [string, string] => [name, use])),
);
const PROGRAM = /^(?:\/usr)?(?:\/local)?\/(?:s?bin|games)\/([^/]+)$|^\/opt\/[^/]+\/bin\/([^/]+)$/;

/** Shells and tools in the folders of programs; links count, since they are names that work. */
export function findTools({ paths }: ImageView): readonly FoundTool[] {
  return paths.flatMap(({ path, file }) => {
    const match = file.type === "directory" ? null : PROGRAM.exec(path);
    const name = match?.[1] ?? match?.[2] ?? "";
    const use = USE_OF.get(name) ?? USE_OF.get(name.replace(/-?\d+(?:\.\d+)*$/, ""));
    return use === undefined ? [] : [{ path, use }];
  });
}
