import type { ServiceRow } from "./service-row.ts";

/** What looks after the machine itself. */
export const SYSTEM_SERVICES: readonly ServiceRow[] = [
  { scripts: ["cron", "crond", "cronie"], programs: ["cron", "crond"], cmd: ["{program}", "-f"], adds: ["-f"], ports: [], volumes: [] },
  { scripts: ["atd"], programs: ["atd"], cmd: ["atd", "-f"], adds: ["-f"], ports: [], volumes: [] },
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
  { scripts: ["chrony", "chronyd"], programs: ["chronyd"], cmd: ["chronyd", "-d"], adds: ["-d"], ports: [123], volumes: [] },
  { scripts: ["fail2ban"], programs: ["fail2ban-server"], cmd: ["fail2ban-server", "-f", "start"], adds: ["-f"], ports: [], volumes: [] },
  { scripts: ["snmpd"], programs: ["snmpd"], cmd: ["snmpd", "-f"], adds: ["-f"], ports: [161], volumes: [] },
  { scripts: ["nscd"], programs: ["nscd"], cmd: ["nscd", "--foreground"], adds: ["--foreground"], ports: [], volumes: [] },
];
