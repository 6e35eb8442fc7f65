/** Long-running programs that serve nobody: one of these interrupted or in the background is no candidate for the image's command. */
export const NO_SERVERS: ReadonlySet<string> = new Set(
  `tail head less more most man top htop atop iotop watch ping traceroute mtr sleep cat tcpdump strace ltrace perf vi vim nvim nano emacs joe ed mc
  apt apt-get aptitude dpkg apk dnf yum pip pip3 npm npx yarn gem bundle cargo go make cmake gcc g++ cc git curl wget rsync scp ssh sftp ftp telnet nc
  find grep rg ls du df dd tar gzip gunzip xz zip unzip cp mv rm ln chmod chown mkdir touch echo printf read wait kill su sudo bash sh dash zsh ash
  psql mysql redis-cli sqlite3 mongo journalctl dmesg yes seq sort diff tee journalctl systemctl service update-rc.d sed awk openssl ssh-keygen
  gdb screen tmux script vmstat iostat dstat free test true false docker wc`.split(/\s+/u),
);

/** Words in front of the command that they run, with the number of their own arguments where it is known. */
export const LAUNCHERS: ReadonlySet<string> = new Set(["nohup", "setsid", "exec", "time", "command", "nice", "stdbuf", "sudo"]);

/** What makes a package manager or build tool run the project's own server, as the word after its name. */
export const RUNNING_VERBS: ReadonlySet<string> = new Set(["start", "run", "run-script", "exec", "serve", "dev", "watch"]);

/** The flag that keeps a BusyBox applet in the foreground. */
export const BUSYBOX_FOREGROUND: Readonly<Record<string, string>> = {
  httpd: "-f",
  crond: "-f",
  inetd: "-f",
  udhcpd: "-f",
  dnsd: "-f",
  telnetd: "-F",
  syslogd: "-n",
  ntpd: "-n",
};

/** Options that put a server of no table row into the background. */
export const DAEMON_OPTIONS: readonly (readonly [RegExp, ReadonlySet<string>])[] = [
  [/^(?:gunicorn|hypercorn|uwsgi|puma|unicorn|thin|celery)/u, new Set(["-D", "--daemon", "--daemonize", "-d"])],
  [/^(?:mosquitto|etcd|consul|prometheus|minio)/u, new Set(["-d"])],
];

/** Ports that servers take when nobody tells them, by a text that stands in their command line. */
export const DEFAULT_PORTS: readonly (readonly [RegExp, number])[] = [
  [/\bflask\b.*\brun\b/u, 5000],
  [/\bhttp\.server\b/u, 8000],
  [/\b(?:uvicorn|gunicorn|hypercorn|daphne)\b/u, 8000],
  [/\bmanage\.py\b.*\brunserver\b/u, 8000],
  [/\brails\b.*\b(?:s|server)\b/u, 3000],
  [/\bpuma\b/u, 9292],
  [/\brackup\b/u, 9292],
  [/\bphp\b.*\bartisan\b.*\bserve\b/u, 8000],
  [/\bstreamlit\b/u, 8501],
  [/\bjupyter\b/u, 8888],
];
