/** Variables that a shell or a login keeps for itself: they say where and how it ran, nothing that a command needs. */
const OWN: ReadonlySet<string> = new Set(
  (
    "_ PWD OLDPWD SHLVL SHELL TERM COLORTERM TERM_PROGRAM COLUMNS LINES PS0 PS1 PS2 PS3 PS4 PROMPT PROMPT_COMMAND RPROMPT " +
    "HOSTNAME HOST RANDOM SRANDOM SECONDS LINENO OPTIND OPTERR PPID UID EUID GROUPS DIRSTACK PIPESTATUS FUNCNAME SHELLOPTS " +
    "HISTFILE HISTSIZE HISTFILESIZE HISTCONTROL HISTIGNORE HISTTIMEFORMAT HISTCMD MAIL MAILCHECK LS_COLORS LESSOPEN LESSCLOSE " +
    "HOSTTYPE MACHTYPE OSTYPE VENDOR CPUTYPE IGNOREEOF INPUTRC VIRTUAL_ENV_PROMPT _OLD_VIRTUAL_PATH _OLD_VIRTUAL_PS1 " +
    "_OLD_VIRTUAL_PYTHONHOME XDG_SESSION_ID XDG_RUNTIME_DIR XDG_SESSION_TYPE XDG_SESSION_CLASS SSH_TTY SSH_CLIENT SSH_CONNECTION " +
    "SSH_AUTH_SOCK DISPLAY WINDOWID container TTY psvar status argv path cdpath fpath manpath"
  ).split(" "),
);

/** Kept out of ENV: they serve one command or one person, not the image. */
const PASSING: ReadonlySet<string> = new Set(
  (
    "HOME USER LOGNAME USERNAME EDITOR VISUAL PAGER LESS MANPAGER DEBIAN_FRONTEND DEBIAN_PRIORITY DEBCONF_NONINTERACTIVE_SEEN " +
    "http_proxy https_proxy ftp_proxy all_proxy no_proxy HTTP_PROXY HTTPS_PROXY FTP_PROXY ALL_PROXY NO_PROXY " +
    "SUDO_USER SUDO_UID SUDO_GID SUDO_COMMAND SUDO_ASKPASS CFLAGS CXXFLAGS LDFLAGS CPPFLAGS MAKEFLAGS DESTDIR TMPDIR"
  ).split(" "),
);

/** True for a variable that no command is given: the shell's own book-keeping. */
export function isOwnVariable(name: string): boolean {
  return OWN.has(name) || /^(?:BASH|COMP_|EPOCH|READLINE_|ZSH_|ZLE|__)/.test(name);
}

/** True for a variable that a later user of the image may need. */
export function isLastingVariable(name: string): boolean {
  return !isOwnVariable(name) && !PASSING.has(name);
}

/** Folders that every system's PATH holds: without a change by a person, one order of them is as good as another. */
const SYSTEM_FOLDERS: ReadonlySet<string> = new Set(
  "/usr/local/sbin /usr/local/bin /usr/sbin /usr/bin /sbin /bin /usr/games /usr/local/games /snap/bin".split(" "),
);

/** True when two values of PATH find the same programs as far as their texts tell. */
export function isSamePath(a: string, b: string): boolean {
  const [one, other] = [tidyPath(a), tidyPath(b)];
  return one === other || (isSystemPath(one) && isSystemPath(other));
}

/** A value of PATH without the folders that stand in it already: a start file read twice adds its folders twice. */
export function tidyPath(path: string): string {
  return [...new Set(path.split(":"))].join(":");
}

function isSystemPath(path: string): boolean {
  return path.split(":").every((folder) => SYSTEM_FOLDERS.has(folder));
}

/** Programs whose work does not depend on exported variables (their locale aside). */
const BLIND: ReadonlySet<string> = new Set(
  (
    ": [ alias basename bg break cat cd chgrp chmod chown chpasswd cmp command continue cp cut declare dirname echo eval exec exit export " +
    "false fg groupadd groupmod head install jobs kill link ln local ls mkdir mkfifo mknod mktemp mv printf pwd read readlink readonly " +
    "realpath return rm rmdir sed seq set shift shopt sleep source stat sync tac tail tee test time touch tr trap true truncate type " +
    "typeset ulimit umask unalias uniq unlink unset useradd userdel usermod wait wc addgroup delgroup deluser a2enmod a2dismod a2ensite " +
    "a2dissite a2enconf a2disconf gpasswd adduser groupdel . ldconfig update-alternatives dpkg-divert dpkg-statoverride setcap setfacl " +
    "setfattr chattr dd fallocate chage passwd chsh sha256sum md5sum"
  ).split(" "),
);

/** Variables that choose a person's tools: to a command that does not name them they matter only where it may open an editor or a pager. */
const OF_A_PERSON: ReadonlySet<string> = new Set("EDITOR VISUAL PAGER LESS MANPAGER MANWIDTH GREP_COLORS CLICOLOR".split(" "));

/** True for an exported variable that a program which names no variables may act on. */
export function isSensedVariable(name: string): boolean {
  return !OF_A_PERSON.has(name);
}

/** True for a program that may act on any exported variable. */
export function isSensitiveProgram(name: string): boolean {
  return !BLIND.has(name);
}
