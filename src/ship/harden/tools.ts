/** Programs that a service seldom needs and that who breaks into one uses first, by what they are for. */
const TOOLS: Readonly<Record<string, string>> = {
  packages:
    "apk apt apt-cache apt-cdrom apt-config apt-get apt-key apt-mark aptitude dnf dpkg dpkg-deb dpkg-divert dpkg-split dpkg-statoverride dpkg-trigger microdnf npm npx opkg pacman pip pip3 rpm yum zypper",
  network: "curl ftp nc nc.openbsd nc.traditional ncat netcat nmap rsync scp sftp socat ssh ssh-keyscan tcpdump telnet tftp wget",
  building: "as c++ c89 c99 cc cpp g++ gcc gdb ld make objcopy objdump strace ltrace",
  users:
    "chage chfn chgpasswd chpasswd chsh doas expiry gpasswd newgrp newusers passwd sg su sudo useradd userdel usermod groupadd groupdel groupmod",
  system:
    "chroot debugfs fdisk insmod losetup mkfs mknod mkswap modprobe mount nsenter pivot_root rmmod setcap swapoff swapon sysctl umount unshare",
};

/** The names of all of them, sorted. */
export const TRIMMED_TOOLS: readonly string[] = Object.values(TOOLS)
  .flatMap((names) => names.split(" "))
  .toSorted();

/** What is taken away from an image: all but what it is told to keep, or names in a command of its own. */
export function toolsToTrim(commands: readonly string[], keep: readonly string[]): readonly string[] {
  const named = new Set([...commands.flatMap((command) => command.split(/[^\w.+-]+/u)), ...keep]);
  return TRIMMED_TOOLS.filter((tool) => !named.has(tool));
}

/** The shell text that takes the tools away, and the bits that make a program run as its owner or group. */
export function trimScript(tools: readonly string[]): string {
  const folders = ["/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"];
  return [
    "set -e",
    `find / -xdev -type f -perm /6000 -exec chmod ug-s {} +`,
    `for folder in ${folders.join(" ")}; do for tool in ${tools.join(" ")}; do rm -f "$folder/$tool"; done; done`,
  ].join("; ");
}
