import { expect, test } from "vitest";
import { inputOf } from "../test-history.ts";
import type { TestHistoryOptions, TestStep } from "../test-history.ts";
import { selectSteps } from "../select/select-steps.ts";
import { readTimeline } from "../timeline/read-timeline.ts";
import { makeAcceptance } from "./acceptance.ts";
import { findService } from "./find-service.ts";
import type { Acceptance } from "../../format/acceptance/acceptance.ts";
import type { Service } from "../model.ts";

const NGINX: TestStep = { typed: "apt-get install -y nginx", does: ["+ /usr/sbin/nginx 0755 @nginx"], packages: ["+nginx"] };
const APACHE: TestStep = { typed: "apt-get install -y apache2", does: ["+ /usr/sbin/apache2 0755 @apache2"], packages: ["+apache2"] };
const NODE: TestStep = { typed: "apt-get install -y nodejs", does: ["+ /usr/bin/node 0755 @nodejs"], packages: ["+nodejs"] };

function serviceOf(steps: readonly TestStep[], options: TestHistoryOptions = {}): Service & { readonly acceptance: Acceptance } {
  const input = inputOf(steps, options);
  const timeline = readTimeline(input.history, input.base);
  const service = findService(input, timeline, selectSteps(input, timeline));
  return { ...service, acceptance: makeAcceptance(input, timeline, service) };
}

const CASES: readonly (readonly [string, readonly TestStep[], readonly string[] | null, readonly string[]])[] = [
  ["no server", [{ typed: "ls" }], null, []],
  [
    "an init script",
    [NGINX, { typed: "service nginx start", leaves: ["9 nginx: master process@80"] }],
    ["nginx", "-g", "daemon off;"],
    ["80/tcp"],
  ],
  [
    "an init script that makes arguments of the settings",
    [
      { typed: "apt-get install -y memcached", does: ["+ /usr/bin/memcached 0755 @memcached"], packages: ["+memcached"] },
      { typed: "service memcached start", leaves: ["9 /usr/bin/memcached -m 128 -u memcache -P /run/memcached/pid@11211"] },
    ],
    ["/usr/bin/memcached", "-m", "128", "-u", "memcache"],
    ["11211/tcp"],
  ],
  [
    "a daemon that is a script, and what it started",
    [
      { typed: "apt-get install -y supervisor", does: ["+ /usr/bin/supervisord 0755 @supervisor"], packages: ["+supervisor"] },
      {
        typed: "supervisord -c /etc/s.conf",
        leaves: [
          { pid: 9, parent: 1, argv: ["/usr/bin/python3", "/usr/bin/supervisord", "-c", "/etc/s.conf"], uid: 0, cwd: null, listening: [] },
          {
            pid: 10,
            parent: 9,
            argv: ["python3", "-m", "http.server", "8001"],
            uid: 33,
            cwd: null,
            listening: [{ address: "0.0.0.0", port: 8001, protocol: "tcp" }],
          },
        ],
      },
    ],
    ["supervisord", "-c", "/etc/s.conf", "-n"],
    ["8001/tcp"],
  ],
  [
    "a server whose folder is gone",
    [
      NODE,
      { typed: "mkdir /srv/www", does: ["+ /srv/www/"] },
      {
        typed: "(cd /srv/www && exec node serve.js) &",
        background: true,
        leaves: [{ pid: 9, parent: 1, argv: ["node", "serve.js"], uid: 0, cwd: "/srv/www", listening: [] }],
      },
      { typed: "kill %1; rm -r /srv/www", does: ["- /srv/www"], ends: [9] },
    ],
    null,
    [],
  ],
  [
    "a server that took its port later",
    [
      { typed: "apt-get install -y ruby-rack", does: ["+ /usr/bin/rackup 0755 @ruby-rack"], packages: ["+ruby-rack"] },
      { typed: "rackup -p 9292 &", background: true, leaves: ["9 rackup -p 9292"] },
      { typed: "sleep 3", leaves: ["9 ruby /usr/bin/rackup -p 9292@9292"] },
    ],
    ["rackup", "-p", "9292"],
    ["9292/tcp"],
  ],
  [
    "a reload",
    [
      NGINX,
      { typed: "nginx", leaves: ["9 nginx: master process nginx@80"] },
      {
        typed: "nginx -s reload",
        leaves: [{ pid: 12, parent: 9, argv: ["nginx: worker process"], uid: 33, cwd: "/", listening: [] }],
      },
    ],
    ["nginx", "-g", "daemon off;"],
    ["80/tcp"],
  ],
  [
    "a reload with another port",
    [
      NGINX,
      { typed: "nginx", leaves: ["9 nginx: master process nginx@8088", "10 nginx: worker process@8088"] },
      { typed: "nginx -s reload", leaves: ["9 nginx: master process nginx@8090", "12 nginx: worker process@8090"], ends: [10] },
    ],
    ["nginx", "-g", "daemon off;"],
    ["8090/tcp"],
  ],
  [
    "a check and a start",
    [NGINX, { typed: "nginx -t && nginx -c /etc/my.conf", leaves: ["9 nginx: master process nginx@80"] }],
    ["nginx", "-c", "/etc/my.conf", "-g", "daemon off;"],
    ["80/tcp"],
  ],
  ["only its status", [NGINX, { typed: "service nginx status", exit: 3 }], null, []],
  ["a check of its settings", [NGINX, { typed: "nginx -t" }], null, []],
  ["without sockets seen", [NGINX, { typed: "/etc/init.d/nginx restart" }], ["nginx", "-g", "daemon off;"], ["80/tcp"]],
  [
    "the port of a written site",
    [
      NGINX,
      { typed: "vi /etc/nginx/sites-enabled/app", does: ["+ /etc/nginx/sites-enabled/app =   listen 8080 default_server;"] },
      { typed: "service nginx start" },
    ],
    ["nginx", "-g", "daemon off;"],
    ["8080/tcp"],
  ],
  [
    "started and stopped",
    [APACHE, { typed: "service apache2 start" }, { typed: "service apache2 stop" }],
    ["apache2ctl", "-D", "FOREGROUND"],
    ["80/tcp"],
  ],
  [
    "purged again",
    [NGINX, { typed: "service nginx start" }, { typed: "apt-get purge -y nginx", does: ["- /usr/sbin/nginx"], packages: ["-nginx"] }],
    null,
    [],
  ],
  [
    "the daemon itself",
    [NGINX, { typed: "nginx -c /etc/my.conf", leaves: ["9 nginx: master process nginx@80"] }],
    ["nginx", "-c", "/etc/my.conf", "-g", "daemon off;"],
    ["80/tcp"],
  ],
  [
    "an interrupted server",
    [NODE, { typed: "node server.js", cd: "/srv" }, { typed: "PORT=3000 node server.js", exit: 130, interrupted: true }],
    ["node", "server.js"],
    ["3000/tcp"],
  ],
  [
    "the port in its script",
    [
      NODE,
      { typed: "cat > /server.js", does: ["+ /server.js = http.createServer(f).listen(8081)"] },
      { typed: "node server.js", exit: 130, interrupted: true },
    ],
    ["node", "server.js"],
    ["8081/tcp"],
  ],
  ["an interrupted look", [{ typed: "tail -f /var/log/syslog", exit: 130, interrupted: true }], null, []],
  [
    "a job in a virtual environment",
    [
      { typed: "python3 -m venv /srv/.venv", does: ["+ /srv/.venv/", "+ /srv/.venv/bin/", "+ /srv/.venv/bin/python -> /usr/bin/python3"] },
      { typed: "source /srv/.venv/bin/activate", exports: { PATH: "/srv/.venv/bin:/usr/bin:/bin" } },
      {
        typed: "python -m flask run --host 0.0.0.0 --port 8000 &",
        background: true,
        leaves: ["9 python -m flask run --host 0.0.0.0 --port 8000"],
      },
      { typed: "kill %1", ends: [9] },
    ],
    ["/srv/.venv/bin/python", "-m", "flask", "run", "--host", "0.0.0.0", "--port", "8000"],
    ["8000/tcp"],
  ],
  [
    "a job that is no server",
    [
      { typed: "(sleep 1; echo a > /opt/a) &", background: true, leaves: ["9 bash"] },
      { typed: "wait", ends: [9] },
    ],
    null,
    [],
  ],
  [
    "the running one before the reachable one",
    [NGINX, { typed: "service nginx start" }, { typed: "service nginx stop" }, { typed: "service cron start" }],
    ["cron", "-f"],
    [],
  ],
  [
    "only for itself",
    [
      { typed: "apt-get install redis-server", does: ["+ /usr/bin/redis-server @redis"], packages: ["+redis"] },
      { typed: "redis-server --daemonize yes --port 7000", leaves: ["9 redis-server@127.0.0.1:7000"] },
    ],
    ["redis-server", "--port", "7000", "--daemonize", "no"],
    [],
  ],
  [
    "a server that came up while another was still looked at",
    [
      NGINX,
      { typed: "apt-get install -y php-fpm", does: ["+ /usr/sbin/php-fpm8.2 0755 @php"], packages: ["+php-fpm"] },
      { typed: "service php8.2-fpm start", leaves: ["9 nginx: master process@8081"] },
      { typed: "nginx" },
      { typed: "nginx -s stop", ends: [9] },
      { typed: "service php8.2-fpm stop" },
    ],
    ["nginx", "-g", "daemon off;"],
    ["8081/tcp"],
  ],
  [
    "an applet of BusyBox",
    [
      { typed: "apk add busybox", does: ["+ /usr/sbin/httpd -> /bin/busybox"] },
      { typed: "httpd -p 8080 -h /srv", leaves: ["9 httpd -p 8080 -h /srv@8080"] },
    ],
    ["httpd", "-p", "8080", "-h", "/srv", "-f"],
    ["8080/tcp"],
  ],
  [
    "a server of an application",
    [
      { typed: "pip install gunicorn", does: ["+ /usr/local/bin/", "+ /usr/local/bin/gunicorn 0755 = x"] },
      { typed: "export PATH=/usr/local/bin:/usr/bin", exports: { PATH: "/usr/local/bin:/usr/bin" } },
      { typed: "gunicorn -D -b 0.0.0.0:9000 app:app", background: true, leaves: ["9 gunicorn -D -b 0.0.0.0:9000 app:app"] },
    ],
    ["gunicorn", "-b", "0.0.0.0:9000", "app:app"],
    ["9000/tcp"],
  ],
  [
    "a version",
    [
      {
        typed: "apt-get install postgresql",
        does: ["+ /usr/lib/postgresql/15/bin/postgres @p", "+ /etc/postgresql/15/main/postgresql.conf = port = 5433"],
        packages: ["+postgresql-15"],
      },
      { typed: "service postgresql start" },
    ],
    [
      "setpriv",
      "--reuid=postgres",
      "--regid=postgres",
      "--init-groups",
      "/usr/lib/postgresql/15/bin/postgres",
      "-D",
      "/var/lib/postgresql/15/main",
      "-c",
      "config_file=/etc/postgresql/15/main/postgresql.conf",
    ],
    ["5433/tcp"],
  ],
];

test.each(CASES)("%s", (_name, steps, cmd, expose) => {
  const service = serviceOf(steps, { base: ["+ /usr/sbin/", "+ /usr/sbin/cron 0755"] });
  expect({ cmd: service.cmd, expose: service.expose }).toEqual({ cmd, expose });
});

test("your own choice wins", () => {
  expect(serviceOf([NGINX, { typed: "service nginx start" }], { choices: { cmd: ["sleep", "1"] } }).cmd).toEqual(["sleep", "1"]);
});

test("what is asked of the image is what was seen", () => {
  const { acceptance } = serviceOf([
    NGINX,
    { typed: "echo hi > /srv/index.html", does: ["+ /srv/index.html 0640 = hi"] },
    { typed: "nginx -t" },
    { typed: "service nginx start", leaves: ["9 nginx: master process@80"] },
    { typed: "curl -sI http://localhost/index.html" },
  ]);
  expect(acceptance).toEqual({
    version: 1,
    alive: 5,
    ports: [{ port: 80, protocol: "tcp" }],
    http: [{ port: 80, path: "/index.html", status: null, contains: null }],
    processes: [{ command: "nginx" }],
    files: [{ path: "/srv/index.html", type: "file", mode: "0640", owner: "0:0" }],
    commands: [{ run: "nginx -t", user: null, exit: 0, contains: null }],
  });
});
