/** Where a command's arguments hold a secret. */
export interface ArgumentRule {
  /** The command's name without its folder. */
  readonly command: RegExp;
  /** A word that must stand among its arguments ("login"). */
  readonly word?: RegExp;
  /** The short option that brings the secret. */
  readonly option?: string;
  /** The secret stands in the option's own word ("-pSECRET"), in the next word, or in either. */
  readonly form?: "attached" | "next" | "either";
  /** Instead of an option: which argument that is no option, counted from 0 behind `word`, or the last. */
  readonly argument?: number | "last";
  /** Only what follows the first of these characters is the secret ("user:password"). */
  readonly behind?: ":" | "%";
}

/** One rule a line. */
export const ARGUMENT_RULES: readonly ArgumentRule[] = [
  { command: /^(?:mysql|mariadb)[\w-]*$/, option: "-p", form: "attached" },
  { command: /^(?:mysql|mariadb-)admin$/, word: /^password$/, argument: 0 },
  { command: /^curl$/, option: "-u", form: "either", behind: ":" },
  { command: /^curl$/, option: "--user", form: "next", behind: ":" },
  { command: /^curl$/, option: "-U", form: "either", behind: ":" },
  { command: /^curl$/, option: "--proxy-user", form: "next", behind: ":" },
  { command: /^https?$/, option: "-a", form: "either", behind: ":" },
  { command: /^https?$/, option: "--auth", form: "next", behind: ":" },
  { command: /^ab$/, option: "-A", form: "either", behind: ":" },
  { command: /^sshpass$/, option: "-p", form: "either" },
  { command: /^(?:htpasswd|mosquitto_passwd)$/, word: /^-[a-zA-Z]*b[a-zA-Z]*$/, argument: "last" },
  { command: /^mosquitto_(?:pub|sub|rr)$/, option: "-P", form: "either" },
  { command: /^mosquitto_(?:pub|sub|rr)$/, option: "--pw", form: "next" },
  { command: /^rabbitmqctl$/, word: /^(?:add_user|change_password)$/, argument: "last" },
  { command: /^(?:docker|podman|nerdctl|buildah|skopeo|crane|helm|oras|az|oc)$/, word: /^login$/, option: "-p", form: "either" },
  { command: /^redis-cli$/, option: "-a", form: "next" },
  { command: /^redis-cli$/, word: /^auth$/i, argument: "last" },
  { command: /^(?:useradd|usermod|groupadd|groupmod)$/, option: "-p", form: "either" },
  { command: /^ldap(?:search|add|modify|delete|passwd|whoami|compare|modrdn)$/, option: "-w", form: "either" },
  { command: /^ldappasswd$/, option: "-s", form: "either" },
  { command: /^(?:mongo|mongosh|mongodump|mongorestore|mongoimport|mongoexport)$/, option: "-p", form: "either" },
  { command: /^(?:smbclient|rpcclient|net)$/, option: "-U", form: "either", behind: "%" },
  { command: /^(?:zip|unzip)$/, option: "-P", form: "either" },
  { command: /^(?:7z|7za|7zr)$/, option: "-p", form: "attached" },
  { command: /^(?:unrar|rar)$/, option: "-p", form: "attached" },
  { command: /^openssl$/, word: /^enc$/, option: "-k", form: "next" },
  { command: /^openssl$/, word: /^passwd$/, argument: "last" },
  { command: /^mkpasswd$/, argument: 0 },
  { command: /^rabbitmqctl$/, word: /^(?:add_user|change_password|authenticate_user)$/, argument: 1 },
  { command: /^(?:saslpasswd2|ipmitool|xfreerdp)$/, option: "-P", form: "either" },
  { command: /^(?:isql|sqlcmd|bcp)$/, option: "-P", form: "either" },
  { command: /^influx$/, option: "-p", form: "either" },
  { command: /^cypher-shell$/, option: "-p", form: "either" },
  { command: /^clickhouse-client$/, option: "--password", form: "next" },
  { command: /^expect$/, word: /^send$/, argument: 0 },
];

/** `NAME VALUE` with a space, as settings take it: `config set NAME VALUE`, `requirepass VALUE`. */
export const SETTING_COMMANDS: ReadonlySet<string> = new Set(["set", "set-option", "config:set", "put", "requirepass", "masterauth"]);

/** With these `--password` takes no value in the next word: it asks. */
export const ASKING_COMMANDS = /^(?:psql|pg_\w+|createdb|createuser|dropdb|dropuser|vacuumdb|reindexdb|clusterdb|(?:mysql|mariadb)[\w-]*)$/;

/** These speak of commands, they do not run them: `apt-get install curl`. */
export const SPEAKING_COMMANDS: ReadonlySet<string> = new Set(
  "apt apt-get aptitude apk dnf yum apt-cache dpkg dpkg-query man which type whereis grep egrep rg".split(" "),
);

export interface InputRule {
  readonly command: RegExp;
  readonly word?: RegExp;
  /** Each line is `user:secret…`: what follows the first colon; else the whole line. */
  readonly behindColon: boolean;
  /** A line of more than one word is no secret: a shell may read it. */
  readonly isOneWord?: boolean;
}

/** Commands that read a secret from their standard input. */
export const INPUT_RULES: readonly InputRule[] = [
  { command: /^(?:chpasswd|newusers|chgpasswd)$/, behindColon: true },
  { command: /^(?:passwd|smbpasswd|kinit|cryptsetup|ssh-add|kpasswd|pdbedit|ldappasswd|mkpasswd|vncpasswd)$/, behindColon: false },
  { command: /^su$/, behindColon: false, isOneWord: true },
  { command: /^sudo$/, word: /^(?:-[a-zA-Z]*S[a-zA-Z]*|--stdin)$/, behindColon: false },
  { command: /^htpasswd$/, word: /^-[a-zA-Z]*i[a-zA-Z]*$/, behindColon: false },
  { command: /^openssl$/, word: /^-stdin$/, behindColon: false },
  { command: /^[\w.-]+$/, word: /^--(?:password|passphrase|token|secret)-(?:stdin|fd)$/, behindColon: false },
  { command: /^[\w.-]+$/, word: /^--with-token$/, behindColon: false },
  { command: /^gpg2?$/, word: /^--passphrase-fd$/, behindColon: false },
  { command: /^(?:docker|podman)$/, word: /^secret$/, behindColon: false },
];

/** Commands whose arguments become their output. */
export const PRINTING_COMMANDS: ReadonlySet<string> = new Set(["echo", "printf", "print", "yes"]);
