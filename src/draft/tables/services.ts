/** How a service is run in a container's foreground. */
export interface ServiceRow {
  /** Names of its init script or unit. */
  readonly scripts: readonly string[];
  /** Names of its daemons and of the programs that start them. `*` stands for a version. */
  readonly programs: readonly string[];
  /**
   * Exec-form command. "{version}" is what `versionFrom` finds among the image's paths; a first word "{program}" is the
   * daemon's own path.
   */
  readonly cmd: readonly string[];
  /** One group: the version. */
  readonly versionFrom?: RegExp;
  /** Flags (with the value of those that end in a space) that put a typed command into the background. */
  readonly drops?: readonly string[];
  /** What a typed command lacks to stay in the foreground. */
  readonly adds?: readonly string[];
  /** Its init script makes arguments of its settings: those of the running process are the command. */
  readonly isSetByArguments?: true;
  readonly ports: readonly number[];
  /** The settings that name other ports: files and a line's pattern with the port as its group. */
  readonly portFrom?: { readonly files: readonly string[]; readonly line: RegExp };
  readonly stopSignal?: string;
  /** Data folders, proposed as VOLUME. */
  readonly volumes: readonly string[];
  /** Shell text of a HEALTHCHECK proposal. */
  readonly health?: string;
  /** Folders below /run that it needs and that its init script makes. */
  readonly folders?: readonly string[];
  /** Folders in which the running service itself writes. */
  readonly data?: readonly string[];
  /** Programs that speak to the running service. */
  readonly clients?: readonly string[];
  /** What a client's text holds when it changes data. */
  readonly writes?: RegExp;
  /** Its data are in memory: what was put into it matters only when it wrote them to the disk. */
  readonly isInMemory?: true;
  /** Shell text that ends it where it was started without an init script; else it gets a signal. */
  readonly halt?: string;
  /** Shell text that succeeds once the started service answers. */
  readonly ready?: string;
}

const SQL =
  /\b(?:create|insert|update|delete|alter|drop|grant|revoke|truncate|copy|comment|merge|replace|load|import|call|set\s+(?:global|password)|createdb|createuser|dropdb|dropuser|pg_restore|mysqlimport|mysqladmin|mariadb-admin|pgbench|vacuumdb)\b|<|\s-f\s|--file/iu;

const FIRST_LINE_PORT = /^\s*port\s+(\d+)/mu;

function asUser(user: string, ...argv: readonly string[]): readonly string[] {
  return ["setpriv", `--reuid=${user}`, `--regid=${user}`, "--init-groups", ...argv];
}

/** Services by what starts them; the first row that fits is taken. */
export const SERVICES: readonly ServiceRow[] = [
  {
    scripts: ["nginx"],
    programs: ["nginx"],
    cmd: ["nginx", "-g", "daemon off;"],
    adds: ["-g", "daemon off;"],
    ports: [80],
    portFrom: { files: ["/etc/nginx/**"], line: /^\s*listen\s+(?:[^\s:;]*:|\[[^\]]*\]:)?(\d+)/mu },
    stopSignal: "SIGQUIT",
    volumes: [],
    health: "curl -fsS http://localhost/ || exit 1",
  },
  {
    scripts: ["apache2", "httpd"],
    programs: ["apache2", "apache2ctl", "apachectl", "httpd"],
    cmd: ["apache2ctl", "-D", "FOREGROUND"],
    adds: ["-D", "FOREGROUND"],
    drops: ["start", "-k "],
    ports: [80],
    portFrom: { files: ["/etc/apache2/**", "/etc/httpd/**"], line: /^\s*Listen\s+(?:\S*:)?(\d+)/mu },
    stopSignal: "SIGWINCH",
    volumes: [],
    health: "curl -fsS http://localhost/ || exit 1",
  },
  {
    scripts: ["postgresql", "postgresql@*"],
    programs: ["postgres", "pg_ctlcluster", "pg_ctl"],
    cmd: asUser(
      "postgres",
      "/usr/lib/postgresql/{version}/bin/postgres",
      "-D",
      "/var/lib/postgresql/{version}/main",
      "-c",
      "config_file=/etc/postgresql/{version}/main/postgresql.conf",
    ),
    versionFrom: /^\/usr\/lib\/postgresql\/([\d.]+)\/bin\/postgres$/u,
    ports: [5432],
    portFrom: { files: ["/etc/postgresql/*/*/postgresql.conf"], line: /^\s*port\s*=\s*(\d+)/mu },
    stopSignal: "SIGINT",
    volumes: ["/var/lib/postgresql/{version}/main"],
    health: "pg_isready || exit 1",
    folders: ["/run/postgresql", "/var/run/postgresql"],
    data: ["/var/lib/postgresql/**"],
    clients: [
      "psql",
      "createdb",
      "createuser",
      "dropdb",
      "dropuser",
      "pg_dump",
      "pg_dumpall",
      "pg_restore",
      "pg_isready",
      "vacuumdb",
      "pgbench",
    ],
    writes: SQL,
    ready: "pg_isready -q",
  },
  {
    scripts: ["redis-server", "redis", "valkey-server"],
    programs: ["redis-server", "valkey-server"],
    cmd: ["redis-server", "/etc/redis/redis.conf", "--daemonize", "no"],
    adds: ["--daemonize", "no"],
    drops: ["--daemonize "],
    ports: [6379],
    portFrom: { files: ["/etc/redis/*.conf"], line: FIRST_LINE_PORT },
    volumes: ["/var/lib/redis"],
    health: "redis-cli ping || exit 1",
    data: ["/var/lib/redis/**"],
    clients: ["redis-cli", "redis-benchmark"],
    writes:
      /\b(?:set|setex|setnx|mset|getset|append|incr\w*|decr\w*|del|unlink|expire\w*|persist|rename\w*|[hlsz](?:m?set|setnx|push|pushx|add|rem|incrby|del|pop|store)|rpush|rpop|flushall|flushdb|save|bgsave|bgrewriteaof|eval|function|acl|restore|xadd|pfadd|geoadd)\b|<|--pipe/iu,
    isInMemory: true,
    halt: "redis-cli shutdown",
    ready: "redis-cli ping",
  },
  {
    scripts: ["memcached"],
    programs: ["memcached"],
    cmd: ["memcached", "-u", "memcache"],
    drops: ["-d", "-P "],
    isSetByArguments: true,
    ports: [11_211],
    portFrom: { files: ["/etc/memcached.conf"], line: /^\s*-p\s*(\d+)/mu },
    volumes: [],
  },
  {
    scripts: ["mariadb", "mysql", "mysqld"],
    programs: ["mariadbd", "mysqld", "mariadbd-safe", "mysqld_safe"],
    cmd: ["{program}", "--user=mysql"],
    drops: ["--daemonize"],
    ports: [3306],
    portFrom: { files: ["/etc/mysql/**"], line: /^\s*port\s*=\s*(\d+)/mu },
    volumes: ["/var/lib/mysql"],
    health: "mysqladmin ping || exit 1",
    folders: ["/run/mysqld"],
    data: ["/var/lib/mysql/**"],
    clients: ["mysql", "mariadb", "mysqladmin", "mariadb-admin", "mysqldump", "mariadb-dump", "mysqlimport"],
    writes: SQL,
    halt: "mysqladmin shutdown",
    ready: "mysqladmin --silent ping",
  },
  { scripts: ["cron", "crond", "cronie"], programs: ["cron", "crond"], cmd: ["{program}", "-f"], adds: ["-f"], ports: [], volumes: [] },
  { scripts: ["atd"], programs: ["atd"], cmd: ["atd", "-f"], adds: ["-f"], ports: [], volumes: [] },
  {
    scripts: ["ssh", "sshd"],
    programs: ["sshd"],
    cmd: ["/usr/sbin/sshd", "-D", "-e"],
    adds: ["-D", "-e"],
    ports: [22],
    portFrom: { files: ["/etc/ssh/sshd_config", "/etc/ssh/sshd_config.d/*"], line: /^\s*Port\s+(\d+)/mu },
    volumes: [],
    folders: ["/run/sshd"],
  },
  {
    scripts: ["php*-fpm", "php-fpm"],
    programs: ["php-fpm*", "php*-fpm"],
    cmd: ["{program}", "-F"],
    adds: ["-F"],
    drops: ["-D", "--daemonize"],
    ports: [],
    portFrom: { files: ["/etc/php/*/fpm/pool.d/*", "/etc/php*/php-fpm.d/*"], line: /^\s*listen\s*=\s*(?:\S*:)?(\d+)\s*$/mu },
    stopSignal: "SIGQUIT",
    volumes: [],
    folders: ["/run/php"],
  },
  {
    scripts: ["haproxy"],
    programs: ["haproxy"],
    cmd: ["haproxy", "-W", "-db", "-f", "/etc/haproxy/haproxy.cfg"],
    adds: ["-db"],
    drops: ["-D"],
    ports: [],
    portFrom: { files: ["/etc/haproxy/**"], line: /^\s*bind\s+\S*:(\d+)/mu },
    stopSignal: "SIGUSR1",
    volumes: [],
    folders: ["/run/haproxy"],
  },
  {
    scripts: ["lighttpd"],
    programs: ["lighttpd"],
    cmd: ["lighttpd", "-D", "-f", "/etc/lighttpd/lighttpd.conf"],
    adds: ["-D"],
    ports: [80],
    portFrom: { files: ["/etc/lighttpd/**"], line: /^\s*server\.port\s*=\s*(\d+)/mu },
    stopSignal: "SIGINT",
    volumes: [],
    health: "curl -fsS http://localhost/ || exit 1",
  },
  {
    scripts: ["postfix"],
    programs: ["postfix", "master"],
    cmd: ["postfix", "start-fg"],
    drops: ["start"],
    adds: ["start-fg"],
    ports: [25],
    volumes: ["/var/spool/postfix"],
    data: ["/var/spool/postfix/**", "/var/lib/postfix/**"],
  },
  {
    scripts: ["exim4", "exim"],
    programs: ["exim4", "exim"],
    cmd: ["exim4", "-bdf", "-q30m"],
    drops: ["-bd"],
    adds: ["-bdf"],
    ports: [25],
    volumes: ["/var/spool/exim4"],
    data: ["/var/spool/exim4/**"],
  },
  { scripts: ["dovecot"], programs: ["dovecot"], cmd: ["dovecot", "-F"], adds: ["-F"], ports: [143, 993], volumes: ["/var/mail"] },
  {
    scripts: ["dnsmasq"],
    programs: ["dnsmasq"],
    cmd: ["dnsmasq", "--keep-in-foreground"],
    adds: ["--keep-in-foreground"],
    ports: [53],
    portFrom: { files: ["/etc/dnsmasq.conf", "/etc/dnsmasq.d/*"], line: /^\s*port\s*=\s*(\d+)/mu },
    volumes: [],
  },
  { scripts: ["unbound"], programs: ["unbound"], cmd: ["unbound", "-d"], adds: ["-d"], ports: [53], volumes: [] },
  {
    scripts: ["named", "bind9"],
    programs: ["named"],
    cmd: ["named", "-f", "-u", "bind"],
    adds: ["-f"],
    ports: [53],
    volumes: ["/var/cache/bind"],
    folders: ["/run/named"],
  },
  {
    scripts: ["supervisor", "supervisord"],
    programs: ["supervisord"],
    cmd: ["supervisord", "-n", "-c", "/etc/supervisor/supervisord.conf"],
    adds: ["-n"],
    ports: [],
    portFrom: { files: ["/etc/supervisor/**"], line: /^\s*port\s*=\s*(?:\S*:)?(\d+)/mu },
    volumes: [],
  },
  { scripts: ["monit"], programs: ["monit"], cmd: ["monit", "-I"], adds: ["-I"], ports: [], volumes: [] },
  { scripts: ["rsyslog", "syslog"], programs: ["rsyslogd"], cmd: ["rsyslogd", "-n"], adds: ["-n"], ports: [], volumes: [] },
  {
    scripts: ["squid", "squid3"],
    programs: ["squid"],
    cmd: ["squid", "-N"],
    adds: ["-N"],
    ports: [3128],
    portFrom: { files: ["/etc/squid/**"], line: /^\s*http_port\s+(?:\S*:)?(\d+)/mu },
    volumes: ["/var/spool/squid"],
  },
  {
    scripts: ["tinyproxy"],
    programs: ["tinyproxy"],
    cmd: ["tinyproxy", "-d"],
    adds: ["-d"],
    ports: [8888],
    portFrom: { files: ["/etc/tinyproxy/*"], line: /^\s*Port\s+(\d+)/mu },
    volumes: [],
    folders: ["/run/tinyproxy"],
  },
  {
    scripts: ["vsftpd"],
    programs: ["vsftpd"],
    cmd: ["vsftpd", "/etc/vsftpd.conf", "-obackground=NO"],
    adds: ["-obackground=NO"],
    ports: [21],
    portFrom: { files: ["/etc/vsftpd.conf"], line: /^\s*listen_port\s*=\s*(\d+)/mu },
    volumes: [],
    folders: ["/run/vsftpd", "/run/vsftpd/empty", "/var/run/vsftpd/empty"],
  },
  {
    scripts: ["proftpd"],
    programs: ["proftpd"],
    cmd: ["proftpd", "-n"],
    adds: ["-n"],
    ports: [21],
    volumes: [],
    folders: ["/run/proftpd"],
  },
  {
    scripts: ["mosquitto"],
    programs: ["mosquitto"],
    cmd: ["mosquitto", "-c", "/etc/mosquitto/mosquitto.conf"],
    drops: ["-d"],
    ports: [1883],
    portFrom: { files: ["/etc/mosquitto/**"], line: /^\s*(?:listener|port)\s+(\d+)/mu },
    volumes: ["/var/lib/mosquitto"],
    folders: ["/run/mosquitto"],
    data: ["/var/lib/mosquitto/**"],
  },
  {
    scripts: ["rabbitmq-server", "rabbitmq"],
    programs: ["rabbitmq-server"],
    cmd: ["rabbitmq-server"],
    drops: ["-detached"],
    ports: [5672],
    volumes: ["/var/lib/rabbitmq"],
    health: "rabbitmq-diagnostics -q ping || exit 1",
    data: ["/var/lib/rabbitmq/**"],
    clients: ["rabbitmqctl", "rabbitmq-plugins", "rabbitmqadmin"],
    writes: /\b(?:add|set|delete|clear|change|enable|disable|declare|import)\w*/u,
    ready: "rabbitmqctl await_startup",
  },
  {
    scripts: ["tomcat*"],
    programs: ["catalina.sh", "startup.sh"],
    cmd: ["env", "CATALINA_BASE=/var/lib/tomcat{version}", "/usr/share/tomcat{version}/bin/catalina.sh", "run"],
    versionFrom: /^\/usr\/share\/tomcat(\d+)\/bin\/catalina\.sh$/u,
    drops: ["start"],
    adds: ["run"],
    ports: [8080],
    portFrom: { files: ["/etc/tomcat*/server.xml"], line: /<Connector\s[^>]*port="(\d+)"/u },
    volumes: [],
  },
  {
    scripts: ["mongod", "mongodb"],
    programs: ["mongod"],
    cmd: ["mongod", "--config", "/etc/mongod.conf"],
    drops: ["--fork"],
    ports: [27_017],
    volumes: ["/var/lib/mongodb"],
    data: ["/var/lib/mongodb/**"],
    clients: ["mongo", "mongosh", "mongoimport", "mongodump"],
    writes: /insert|update|create|drop|delete|replace|mongoimport|<|\.js\b/iu,
  },
  {
    scripts: ["caddy"],
    programs: ["caddy"],
    cmd: ["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"],
    drops: ["start"],
    adds: ["run"],
    ports: [80, 443],
    volumes: [],
  },
  {
    scripts: ["varnish"],
    programs: ["varnishd"],
    cmd: ["varnishd", "-F", "-a", ":6081", "-f", "/etc/varnish/default.vcl"],
    adds: ["-F"],
    ports: [6081],
    volumes: [],
  },
  { scripts: ["rsync"], programs: ["rsync"], cmd: ["rsync", "--daemon", "--no-detach"], adds: ["--no-detach"], ports: [873], volumes: [] },
  {
    scripts: ["smbd", "samba"],
    programs: ["smbd"],
    cmd: ["smbd", "--foreground", "--no-process-group"],
    adds: ["--foreground", "--no-process-group"],
    drops: ["-D"],
    ports: [445],
    volumes: [],
  },
  {
    scripts: ["slapd"],
    programs: ["slapd"],
    cmd: ["slapd", "-d", "0", "-h", "ldap:///", "-u", "openldap", "-g", "openldap"],
    adds: ["-d", "0"],
    ports: [389],
    volumes: ["/var/lib/ldap"],
    data: ["/var/lib/ldap/**"],
    folders: ["/run/slapd"],
    clients: ["ldapadd", "ldapmodify", "ldapsearch", "ldapdelete"],
    writes: /ldap(?:add|modify|delete)/u,
  },
  { scripts: ["chrony", "chronyd"], programs: ["chronyd"], cmd: ["chronyd", "-d"], adds: ["-d"], ports: [123], volumes: [] },
  {
    scripts: ["tor"],
    programs: ["tor"],
    cmd: ["tor", "--RunAsDaemon", "0"],
    adds: ["--RunAsDaemon", "0"],
    ports: [],
    volumes: ["/var/lib/tor"],
  },
  { scripts: ["openbsd-inetd", "inetd"], programs: ["inetd"], cmd: ["inetd", "-i"], adds: ["-i"], ports: [], volumes: [] },
  { scripts: ["xinetd"], programs: ["xinetd"], cmd: ["xinetd", "-dontfork"], adds: ["-dontfork"], ports: [], volumes: [] },
  { scripts: ["fail2ban"], programs: ["fail2ban-server"], cmd: ["fail2ban-server", "-f", "start"], adds: ["-f"], ports: [], volumes: [] },
  { scripts: ["snmpd"], programs: ["snmpd"], cmd: ["snmpd", "-f"], adds: ["-f"], ports: [161], volumes: [] },
  {
    scripts: ["icecast2"],
    programs: ["icecast2"],
    cmd: ["icecast2", "-c", "/etc/icecast2/icecast.xml"],
    drops: ["-b"],
    ports: [8000],
    volumes: [],
  },
  { scripts: ["beanstalkd"], programs: ["beanstalkd"], cmd: ["beanstalkd"], isSetByArguments: true, ports: [11_300], volumes: [] },
  { scripts: ["nscd"], programs: ["nscd"], cmd: ["nscd", "--foreground"], adds: ["--foreground"], ports: [], volumes: [] },
];
