/** Programs that take over the terminal to change a file: what they did cannot be typed again, so their files are carried. */
export const EDITORS: ReadonlySet<string> = new Set(
  `nano pico vi vim nvim view vimdiff rvim rview ex ed red emacs emacsclient jed joe jmacs jstar jpico rjoe mcedit mc micro ne nvi elvis vile kak hx
  helix tilde dte sensible-editor editor select-editor visudo vipw vigr sudoedit crontab-editor nedit zile mg e3 le levee`.split(/\s+/u),
);

/** Programs that ask at the terminal when no input is given to them. */
export const ASKING: ReadonlySet<string> = new Set(
  `dpkg-reconfigure mysql_secure_installation mariadb-secure-installation fdisk cfdisk parted debconf nmtui alsamixer raspi-config menuconfig tasksel
  aptitude dselect htop top less more man mutt irssi weechat`.split(/\s+/u),
);

/** Interpreters and clients that read commands from the terminal when they get neither a program nor input. */
export const CONSOLES: ReadonlySet<string> = new Set(
  `python python2 python3 ipython ipython3 perl ruby irb node php lua ghci psql mysql mariadb sqlite3 redis-cli mongo mongosh bc dc gdb ftp sftp telnet
  rails clojure scala jshell erl iex julia R octave`.split(/\s+/u),
);

/** Programs that run other people's text, or build: they may use anything that is installed. */
export const OPAQUE: ReadonlySet<string> = new Set(
  `sh bash dash ash ksh mksh zsh fish source . eval python python2 python3 perl ruby node nodejs deno bun php lua java javac kotlinc scala sbt mvn gradle ant
  make gmake cmake ninja meson scons bazel gcc g++ cc c++ clang clang++ ld as go cargo rustc ghc cabal stack pip pip3 pipx poetry uv conda npm npx yarn
  pnpm gem bundle bundler rake composer cpan cpanm luarocks git hg svn autoconf automake autoreconf libtoolize ldconfig tclsh expect xargs parallel
  find strace ltrace gdb debootstrap dpkg-buildpackage rpmbuild`.split(/\s+/u),
);

/** Commands that run the command in their own arguments. */
export const WRAPPERS: ReadonlySet<string> = new Set(
  `sudo doas su runuser setpriv gosu su-exec env nice ionice nohup time timeout exec command builtin eval xargs find chroot watch stdbuf setsid flock
  strace sh bash dash ash zsh start-stop-daemon parallel`.split(/\s+/u),
);

/** Commands for whose meaning accounts matter. */
export const ACCOUNT_COMMANDS: ReadonlySet<string> = new Set(
  `chown chgrp su sudo runuser setpriv gosu install useradd usermod userdel groupadd groupmod groupdel adduser addgroup deluser delgroup passwd chpasswd
  gpasswd newgrp sg crontab chage chfn chsh getent id`.split(/\s+/u),
);

/** Commands that make one file of what stands in their text: with a here-document, the file is the whole meaning. */
export const TEXT_WRITERS: ReadonlySet<string> = new Set("cat tee mkdir echo printf chmod chown : true cd sudo".split(" "));

/** Commands that set something: run again, they set it again and harm nothing. */
export const SETTERS: ReadonlySet<string> = new Set(
  `postconf a2enmod a2dismod a2ensite a2dissite a2enconf a2disconf phpenmod phpdismod lighty-enable-mod lighty-disable-mod update-alternatives
  update-locale locale-gen update-rc.d dpkg-divert dpkg-statoverride useradd usermod groupadd groupmod gpasswd setcap update-ca-certificates
  update-exim4.conf pg_conftool`.split(/\s+/u),
);

/** Commands that change nothing themselves: changes seen during one are a background job's. */
export const WAITING: ReadonlySet<string> = new Set(
  `wait sleep jobs fg bg disown true : ls ll cat ps pgrep kill pkill killall echo curl wget-spider tail head pwd date uptime id whoami netstat ss lsof stat
  diff grep`.split(/\s+/u),
);

/** Commands that set something of files that are there, and make none. */
export const NO_MAKERS: ReadonlySet<string> = new Set(
  "chmod chown chgrp chattr setfacl setfattr setcap rm rmdir unlink cat ls stat test [ true : cd echo".split(" "),
);

/** Commands that look at no file but those that their arguments name. */
export const PLAIN: ReadonlySet<string> = new Set(
  "mkdir rmdir touch chmod chown chgrp ln rm unlink mv cp install mkfifo truncate echo printf cat tee sed test [ true : cd".split(" "),
);
