import { expect, test } from "vitest";
import { inputOf } from "../test-history.ts";
import type { TestHistoryOptions, TestStep } from "../test-history.ts";
import { readTimeline } from "../timeline/read-timeline.ts";
import { selectSteps } from "./select-steps.ts";

const UPDATE: TestStep = { typed: "apt-get update", does: ["+ /var/lib/apt/lists/x = index", "~ /var/cache/apt/pkgcache.bin = new"] };

function install(name: string, more: Partial<TestStep> = {}): TestStep {
  const does = [`+ /usr/bin/${name} 0755 @${name}`, "~ /var/lib/dpkg/status = with " + name, "~ /var/log/dpkg.log = more " + name];
  return { typed: `apt-get install -y ${name}`, does, packages: [`+${name}`], ...more };
}

function purge(name: string, more: Partial<TestStep> = {}): TestStep {
  const does = [`- /usr/bin/${name}`, "~ /var/lib/dpkg/status = without " + name, "~ /var/log/dpkg.log = even more " + name];
  return { typed: `apt-get purge -y ${name}`, does, packages: [`-${name}`], ...more };
}

/** The fates in order: the typed text of what runs, "COPY paths" for what is carried, nothing for the rest. */
function fates(steps: readonly TestStep[], options: TestHistoryOptions = {}): string[] {
  const input = inputOf(steps, options);
  return selectSteps(input, readTimeline(input.history, input.base)).steps.flatMap(({ fate, text, carried, timed }) => {
    if (fate === "drop") return [];
    if (fate === "run") return [text ?? timed.step.ran];
    return [`COPY ${carried.map(({ path, entry }) => (entry === null ? `no ${path}` : path)).join(" ")}`];
  });
}

const HERE = "cat > /etc/app.conf <<'EOF'\na\nEOF";

const CASES: readonly (readonly [string, readonly TestStep[], readonly string[]])[] = [
  [
    "a file that was first seen when its mode was set",
    [
      { typed: "echo a > /etc/cron.d/beat" },
      { typed: "chmod 600 /etc/cron.d/beat", does: ["+ /etc/cron.d/", "+ /etc/cron.d/beat 0600 = a"] },
    ],
    ["COPY /etc/cron.d /etc/cron.d/beat"],
  ],
  [
    "a copy that was taken and thrown away, around a folder that is named by what made it",
    [
      { typed: "cp /etc/app.conf{,.old}", does: ["+ /etc/app.conf.old = a"], cd: "/etc" },
      { typed: "mkdir zones && cd $_", does: ["+ /etc/zones/"], cd: "/etc/zones" },
      { typed: "rm /etc/app.conf.old", does: ["- /etc/app.conf.old"] },
    ],
    ["mkdir zones && cd $_"],
  ],
  ["looking changes nothing", [{ typed: "ls -la" }, { typed: "cat /etc/nope", exit: 1 }], []],
  [
    "edited, restored and then given another mode",
    [
      { typed: "echo two > /etc/v", does: ["+ /etc/v = two"] },
      { typed: "cp /etc/v /etc/v.orig", does: ["+ /etc/v.orig = two"] },
      { typed: "echo three > /etc/v", does: ["~ /etc/v = three"] },
      { typed: "cp /etc/v.orig /etc/v", does: ["~ /etc/v = two"] },
      { typed: "rm /etc/v.orig", does: ["- /etc/v.orig"] },
      { typed: "chmod g+w /etc/v", does: ["m /etc/v 0664"] },
    ],
    ["echo two > /etc/v", "chmod g+w /etc/v"],
  ],
  [
    "names of programs that are no words",
    [
      { typed: ": > /srv/a", does: ["+ /srv/a ="] },
      { typed: "g++ x | cat > /srv/b", does: ["+ /srv/b ="] },
    ],
    [": > /srv/a", "g++ x | cat > /srv/b"],
  ],
  ["an index refresh is volatile", [UPDATE, install("tree"), UPDATE, UPDATE], ["apt-get install -y tree"]],
  ["installed and purged", [install("tree"), install("figlet"), { typed: "figlet hi" }, purge("figlet")], ["apt-get install -y tree"]],
  ["purged before another installation", [install("figlet"), install("tree"), purge("figlet")], ["apt-get install -y tree"]],
  [
    "a purge that leaves a rest",
    [install("curl", { packages: ["+curl", "+openssl auto"] }), purge("curl")],
    ["apt-get install -y curl", "apt-get purge -y curl"],
  ],
  [
    "a tool that was used in between",
    [install("curl"), { typed: "curl -o /opt/x http://x", does: ["+ /opt/x = got"] }, purge("curl")],
    ["apt-get install -y curl", "curl -o /opt/x http://x", "apt-get purge -y curl"],
  ],
  [
    "a tool that was not used in between",
    [install("strace"), { typed: "mkdir -p /opt/svc", does: ["+ /opt/svc/"] }, purge("strace")],
    ["mkdir -p /opt/svc"],
  ],
  [
    "an interpreter may use all that is there",
    [install("libthing"), { typed: "python3 gen.py", does: ["+ /opt/out = x"] }, purge("libthing")],
    ["apt-get install -y libthing", "python3 gen.py", "apt-get purge -y libthing"],
  ],
  [
    "created and deleted",
    [
      { typed: "mkdir /opt/daat", does: ["+ /opt/daat/"] },
      { typed: "rmdir /opt/daat", does: ["- /opt/daat"] },
    ],
    [],
  ],
  [
    "edited and restored",
    [
      { typed: "cp -p /etc/login.defs /etc/login.defs.bak", does: ["+ /etc/login.defs.bak = base"] },
      { typed: "sed -i s/a/b/ /etc/login.defs", does: ["~ /etc/login.defs = changed"] },
      { typed: "mv /etc/login.defs.bak /etc/login.defs", does: ["- /etc/login.defs.bak", "~ /etc/login.defs = base"] },
    ],
    [],
  ],
  [
    "moved away and back",
    [
      { typed: "echo a > /etc/x", does: ["+ /etc/x = a"] },
      { typed: "mv /etc/x /etc/y", does: ["- /etc/x", "+ /etc/y = a"] },
      { typed: "mv /etc/y /etc/x", does: ["- /etc/y", "+ /etc/x = a"] },
    ],
    ["echo a > /etc/x"],
  ],
  [
    "a mode set and set back",
    [
      { typed: "echo a > /etc/x", does: ["+ /etc/x = a"] },
      { typed: "chmod 777 /etc/x", does: ["m /etc/x 0777"] },
      { typed: "chmod 644 /etc/x", does: ["m /etc/x 0644"] },
    ],
    ["echo a > /etc/x"],
  ],
  [
    "edited, used and restored",
    [
      { typed: "echo a > /etc/x", does: ["+ /etc/x = a"] },
      { typed: "echo b > /etc/x", does: ["~ /etc/x = b"] },
      { typed: "cp /etc/x /etc/y", does: ["+ /etc/y = b"] },
      { typed: "echo a > /etc/x", does: ["~ /etc/x = a"] },
    ],
    ["echo b > /etc/x", "cp /etc/x /etc/y", "echo a > /etc/x"],
  ],
  [
    "written over",
    [
      { typed: "echo a > /etc/x", does: ["+ /etc/x = a"] },
      { typed: "echo b > /etc/x", does: ["~ /etc/x = b"] },
    ],
    ["echo b > /etc/x"],
  ],
  [
    "written over, but the mode stays",
    [
      { typed: "echo a > /etc/x", does: ["+ /etc/x = a"] },
      { typed: "chmod 600 /etc/x", does: ["m /etc/x 0600"] },
      { typed: "echo b > /etc/x", does: ["~ /etc/x = b"] },
    ],
    ["echo a > /etc/x", "chmod 600 /etc/x", "echo b > /etc/x"],
  ],
  [
    "read, and written over by what came of it",
    [
      { typed: "echo a > /etc/x", does: ["+ /etc/x = a"] },
      { typed: "sort /etc/x > /etc/y && mv /etc/y /etc/x", does: ["~ /etc/x = sorted"] },
    ],
    ["echo a > /etc/x", "sort /etc/x > /etc/y && mv /etc/y /etc/x"],
  ],
  [
    "removed and made anew",
    [
      { typed: "echo a > /etc/x", does: ["+ /etc/x = a"] },
      { typed: "rm -f /etc/x && echo b > /etc/x", does: ["~ /etc/x = b"] },
    ],
    ["rm -f /etc/x && echo b > /etc/x"],
  ],
  [
    "written over in part",
    [
      { typed: "dd if=/dev/zero of=/srv/z bs=1k count=3", does: ["+ /srv/z = 0"] },
      { typed: "printf x | dd of=/srv/z bs=1 seek=9 conv=notrunc", does: ["~ /srv/z = 0x"] },
    ],
    ["dd if=/dev/zero of=/srv/z bs=1k count=3", "printf x | dd of=/srv/z bs=1 seek=9 conv=notrunc"],
  ],
  [
    "not written over when it is there",
    [
      { typed: "echo a > /etc/x", does: ["+ /etc/x = a"] },
      { typed: "cp -n /etc/motd /etc/x; echo b >> /etc/x", does: ["~ /etc/x = ab"] },
    ],
    ["echo a > /etc/x", "cp -n /etc/motd /etc/x; echo b >> /etc/x"],
  ],
  [
    "a name that looks like two",
    [
      { typed: "echo a > /tmp/my:file", does: ["+ /tmp/my:file = a"] },
      { typed: "cp /tmp/my:file /etc/a", does: ["+ /etc/a = a"] },
      { typed: "rm /tmp/my:file", does: ["- /tmp/my:file"] },
    ],
    ["echo a > /tmp/my:file", "cp /tmp/my:file /etc/a", "rm /tmp/my:file"],
  ],
  [
    "appended",
    [
      { typed: "echo a > /etc/x", does: ["+ /etc/x = a"] },
      { typed: "echo b >> /etc/x", does: ["~ /etc/x = a b"] },
    ],
    ["echo a > /etc/x", "echo b >> /etc/x"],
  ],
  [
    "the same twice",
    [
      { typed: "echo a | tee /etc/x", does: ["+ /etc/x = a"] },
      { typed: "echo a | tee /etc/x", does: ["~ /etc/x = a"] },
    ],
    ["echo a | tee /etc/x"],
  ],
  [
    "a source that was deleted later",
    [
      { typed: "echo a > /tmp/a", does: ["+ /tmp/a = a"] },
      { typed: "cp /tmp/a /etc/a", does: ["+ /etc/a = a"] },
      { typed: "rm /tmp/a", does: ["- /tmp/a"] },
    ],
    ["echo a > /tmp/a", "cp /tmp/a /etc/a", "rm /tmp/a"],
  ],
  [
    "a temporary file by itself",
    [
      { typed: "dd if=/dev/zero of=/tmp/big", does: ["+ /tmp/big = 0"] },
      { typed: "rm /tmp/big", does: ["- /tmp/big"] },
    ],
    [],
  ],
  ["a failure that wrote something", [{ typed: "diff a b > /opt/d", exit: 1, does: ["+ /opt/d = diff"] }], ["diff a b > /opt/d"]],
  ["a here-document", [{ typed: HERE, does: ["+ /etc/app.conf = a"] }], ["COPY /etc/app.conf"]],
  [
    "what a trap makes when the shell ends",
    [
      { typed: "trap 'echo bye > /opt/bye' EXIT", change: {} },
      { typed: "exit 3", exit: 3, does: ["+ /opt/bye = bye"] },
    ],
    ["COPY /opt/bye"],
  ],
  [
    "a job that does not end",
    [
      { typed: "beatd &", background: true, leaves: ["7 beatd"] },
      { typed: "sleep 2; cat /srv/beat /run/beat", does: ["+ /srv/beat = 1", "+ /run/beat = 1"] },
    ],
    ["COPY /srv/beat"],
  ],
  [
    "a job that was killed",
    [
      { typed: "(while :; do date > /srv/beat; sleep 1; done) &", background: true, leaves: ["7 bash"] },
      { typed: "sleep 2", does: ["+ /srv/beat = 1"] },
      { typed: "kill %1", ends: [7] },
    ],
    ["COPY /srv/beat"],
  ],
  [
    "a job that came to its end",
    [
      { typed: "(sleep 1; echo 1 > /srv/beat) &", background: true, leaves: ["7 bash"] },
      { typed: "wait", does: ["+ /srv/beat = 1"], ends: [7] },
    ],
    ["(sleep 1; echo 1 > /srv/beat)"],
  ],
  [
    "a here-document and then its mode",
    [
      { typed: HERE, does: ["+ /etc/app.conf = a"] },
      { typed: "ls /opt" },
      { typed: "chmod 600 /etc/app.conf && chown www-data /etc/app.conf", does: ["m /etc/app.conf 0600"] },
    ],
    ["COPY /etc/app.conf"],
  ],
  [
    "a here-document that was used before its mode was set",
    [
      { typed: HERE, does: ["+ /etc/app.conf = a"] },
      { typed: "cp /etc/app.conf /etc/other", does: ["+ /etc/other = a"] },
      { typed: "chmod 600 /etc/app.conf", does: ["m /etc/app.conf 0600"] },
    ],
    ["COPY /etc/app.conf", "cp /etc/app.conf /etc/other", "chmod 600 /etc/app.conf"],
  ],
  [
    "the mode of a program that a command made",
    [
      { typed: "echo a > /opt/a", does: ["+ /opt/a = a"] },
      { typed: "chmod 755 /opt/a", does: ["m /opt/a 0755"] },
    ],
    ["echo a > /opt/a", "chmod 755 /opt/a"],
  ],
  [
    "a whole construct's output",
    [{ typed: "if [ -n x ]; then chmod 1 y; fi > /etc/if", does: ["+ /etc/if = x"] }],
    ["if [ -n x ]; then chmod 1 y; fi > /etc/if"],
  ],
  ["the time", [{ typed: "date > /etc/built", does: ["+ /etc/built = now"] }], ["COPY /etc/built"]],
  ["the time, in a shell", [{ typed: "sh -c 'echo $(date) > /etc/built'", does: ["+ /etc/built = now"] }], ["COPY /etc/built"]],
  ["a commit", [{ typed: "git -C /srv commit -m x", does: ["+ /srv/.git/objects/a = x"] }], ["COPY /srv/.git/objects/a"]],
  ["what shows commits", [{ typed: "git -C /srv log commit > /srv/x", does: ["+ /srv/x = x"] }], ["git -C /srv log commit > /srv/x"]],
  ["chance, in a shell", [{ typed: "bash -ec 'head -c 9 /dev/urandom | md5sum > /etc/id'", does: ["+ /etc/id = x"] }], ["COPY /etc/id"]],
  ["a shell's text", [{ typed: "sh -c 'echo date > /etc/x'", does: ["+ /etc/x = x"] }], ["sh -c 'echo date > /etc/x'"]],
  ["the time in a text", [{ typed: 'echo "built $(date +%F)" > /etc/built', does: ["+ /etc/built = now"] }], ["COPY /etc/built"]],
  ["chance", [{ typed: "tr -dc a-z < /dev/urandom | head -c 20 > /etc/x", does: ["+ /etc/x = abc"] }], ["COPY /etc/x"]],
  ["chance by dd", [{ typed: "dd if=/dev/urandom of=/etc/x bs=1k count=4", does: ["+ /etc/x = abc"] }], ["COPY /etc/x"]],
  ["a random number", [{ typed: "echo $((RANDOM % 6)) $RANDOM > /etc/x", does: ["+ /etc/x = 4"] }], ["COPY /etc/x"]],
  ["the time in a name", [{ typed: "cp /etc/motd /root/motd.$(date +%s)", does: ["+ /root/motd.17 = m"] }], ["COPY /root/motd.17"]],
  ["a list with times", [{ typed: "ls -la /etc | tee /etc/list", does: ["+ /etc/list = l"] }], ["COPY /etc/list"]],
  ["a loop that tells the time", [{ typed: "for i in 1 2; do date; done > /etc/x", does: ["+ /etc/x = a"] }], ["COPY /etc/x"]],
  ["the time on the screen only", [{ typed: "date; mkdir /etc/x", does: ["+ /etc/x/"] }], ["date; mkdir /etc/x"]],
  [
    "names of programs",
    [{ typed: "echo 'date > /x' > /etc/job; ls /etc > /etc/x", does: ["+ /etc/x = a", "+ /etc/job = d"] }],
    ["echo 'date > /x' > /etc/job; ls /etc > /etc/x"],
  ],
  [
    "a download from this machine",
    [
      { typed: "curl -s http://localhost:8000/x | sh", does: ["+ /opt/x = got"] },
      { typed: "wget -q 127.0.0.1:8000/y", does: ["+ /y = got"] },
      { typed: "curl -so /opt/z https://example.org/z", does: ["+ /opt/z = got"] },
    ],
    ["COPY /opt/x", "COPY /y", "curl -so /opt/z https://example.org/z"],
  ],
  [
    "a client that was typed into",
    [{ typed: "sqlite3 /srv/db", does: ["+ /srv/db = db", "+ /root/.sqlite_history 0600 = typed"] }],
    ["COPY /root/.sqlite_history /srv/db"],
  ],
  [
    "data in memory alone",
    [
      { typed: "service redis-server start" },
      { typed: "redis-cli set a b" },
      { typed: "redis-cli get a > /srv/a", does: ["+ /srv/a = b"] },
    ],
    ["COPY /srv/a"],
  ],
  [
    "a server in the background",
    [
      { typed: "mysqld_safe &", background: true, leaves: ["9 mariadbd@3306"], does: ["+ /var/lib/mysql/ibdata = 1"] },
      { typed: "mysql -P 3306 -e 'create table t (a int)'", does: ["~ /var/lib/mysql/ibdata = 2"] },
      { typed: "mysqldump app > /srv/dump.sql", does: ["+ /srv/dump.sql = d"] },
    ],
    [
      "mysqld_safe &\ntimeout 60 sh -c 'until mysqladmin -P 3306 --silent ping; do sleep 0.2; done' > /dev/null 2>&1\nmysql -P 3306 -e 'create table t (a int)'\nmysqladmin -P 3306 shutdown\nwait",
      "COPY /srv/dump.sql",
    ],
  ],
  [
    "a forced removal of more than is needed",
    [
      { typed: "mkdir /tmp/w && echo a > /tmp/w/a", does: ["+ /tmp/w/", "+ /tmp/w/a = a"] },
      { typed: "echo b > /tmp/b", does: ["+ /tmp/b = b"] },
      { typed: "cp /tmp/b /srv/b", does: ["+ /srv/b = b"] },
      { typed: "kill %1; rm -rf /tmp/w /tmp/b", does: ["- /tmp/w", "- /tmp/w/a", "- /tmp/b"] },
    ],
    ["echo b > /tmp/b", "cp /tmp/b /srv/b", "kill %1; rm -rf /tmp/w /tmp/b"],
  ],
  [
    "access lists, of what is there at the end",
    [
      { typed: "mkdir /srv/in /srv/out", does: ["+ /srv/in/", "+ /srv/out/"] },
      { typed: "setfacl -m u:1:rwx /srv/in", does: ["m /srv/in 0775"] },
      { typed: "setfacl -m u:1:rwx /srv/out" },
      { typed: "setfacl -x u:1 /srv/in", does: ["m /srv/in 0755"] },
      { typed: "rmdir /srv/out", does: ["- /srv/out"] },
      { typed: "setfacl -m u:2:rx /srv/none", exit: 1 },
    ],
    ["mkdir /srv/in /srv/out", "setfacl -m u:1:rwx /srv/in", "setfacl -x u:1 /srv/in", "rmdir /srv/out"],
  ],
  [
    "lines in quotes",
    [
      { typed: 'echo "a\nb" > /etc/x', does: ["+ /etc/x = ab"] },
      { typed: 'sed -i "a\nb" /etc/y', does: ["~ /etc/y = ab"] },
    ],
    ["COPY /etc/x", 'sed -i "a\nb" /etc/y'],
  ],
  [
    "a here-document and then a move",
    [
      { typed: HERE, does: ["+ /etc/app.conf = a"] },
      { typed: "mkdir /etc/app", does: ["+ /etc/app/"] },
      { typed: "mv /etc/app.conf /etc/app/", does: ["- /etc/app.conf", "+ /etc/app/app.conf = a"] },
    ],
    ["COPY /etc/app.conf", "mkdir /etc/app", "mv /etc/app.conf /etc/app/"],
  ],
  [
    "two edits are carried once",
    [
      { typed: "vi /etc/issue", does: ["~ /etc/issue = one"] },
      {
        typed: "nano /etc/issue",
        does: ["~ /etc/issue = two", "+ /root/.local/", "+ /root/.local/share/", "+ /root/.local/share/nano/ 0700"],
      },
    ],
    ["COPY /etc/issue"],
  ],
  [
    "an edit between two commands on the file",
    [
      { typed: "echo a > /etc/x", does: ["+ /etc/x = a"] },
      { typed: "vi /etc/x", does: ["~ /etc/x = b"] },
      { typed: "sed -i s/b/c/ /etc/x", does: ["~ /etc/x = c"] },
    ],
    ["COPY /etc/x", "sed -i s/b/c/ /etc/x"],
  ],
  ["docker cp", [{ typed: "", kind: "outside", does: ["+ /srv/app/", "+ /srv/app/main.py = code"] }], ["COPY /srv/app /srv/app/main.py"]],
  [
    "docker cp of a package that is then installed",
    [
      { typed: "", kind: "outside", does: ["+ /tmp/x.deb = deb"] },
      { typed: "dpkg -i /tmp/x.deb", does: ["+ /usr/bin/x 0755 @x"], packages: ["+x"] },
    ],
    ["COPY /tmp/x.deb", "dpkg -i /tmp/x.deb"],
  ],
  [
    "a background job",
    [
      { typed: "(sleep 0.3; echo bg > /opt/bg.txt) &", background: true, leaves: ["9 bash"] },
      { typed: "wait", does: ["+ /opt/bg.txt = bg"], ends: [9] },
    ],
    ["(sleep 0.3; echo bg > /opt/bg.txt)"],
  ],
  [
    "an editor put to sleep and woken",
    [{ typed: "vi /etc/issue", exit: 148 }, { typed: "ls" }, { typed: "fg", does: ["~ /etc/issue = new"] }],
    ["COPY /etc/issue"],
  ],
  ["an interrupted server", [{ typed: "node server.js", exit: 130, interrupted: true }], []],
  ["a log folder that is meant", [{ typed: "mkdir -p /var/log/app", does: ["+ /var/log/app/"] }], ["mkdir -p /var/log/app"]],
  [
    "what a function writes",
    [
      { typed: "mk() { mkdir -p /opt/$1; }", functions: { mk: "mk () { mkdir -p /opt/$1; }" } },
      { typed: "mk a", does: ["+ /opt/a/"] },
    ],
    ["mk a"],
  ],
  [
    "a nested shell",
    [
      { typed: "useradd -m app", does: ["+ /etc/passwd = app", "+ /home/app/ 0755 1000:1000"] },
      { typed: "su - app", opens: "app", does: ["+ /home/app/.bash_history = x"] },
      { typed: "mkdir ~/bin", does: ["+ /home/app/bin/ 0755 1000:1000"] },
      { typed: "exit", closes: true },
    ],
    ["useradd -m app", "mkdir ~/bin"],
  ],
  ["text typed into cat", [{ typed: "cat > /etc/x", does: ["+ /etc/x = typed"] }], ["COPY /etc/x"]],
  [
    "what is put into a database while it runs",
    [
      install("postgres"),
      {
        typed: "service postgresql start",
        does: ["+ /run/postgresql/x.pid", "+ /var/lib/postgresql/15/main/postmaster.opts"],
        leaves: ["9 postgres@5432"],
      },
      { typed: "ls", does: ["~ /var/lib/postgresql/15/main/pg_stat = s"] },
      { typed: "su postgres -c 'createdb shop'", does: ["+ /var/lib/postgresql/15/main/base/5 = d"] },
      { typed: "su postgres -c 'psql -lqt'" },
      { typed: "service postgresql stop", does: ["~ /var/lib/postgresql/15/main/pg_control = c"] },
    ],
    [
      "apt-get install -y postgres",
      "service postgresql start\ntimeout 60 sh -c 'until pg_isready -q; do sleep 0.2; done' > /dev/null 2>&1",
      "su postgres -c 'createdb shop'",
      "service postgresql stop",
    ],
  ],
  [
    "a database that nobody put anything in",
    [install("postgres"), { typed: "service postgresql start", does: ["+ /var/lib/postgresql/15/main/postmaster.opts"] }],
    ["apt-get install -y postgres"],
  ],
  [
    "what came after a secret in a database",
    [
      { typed: "service mariadb start", does: ["+ /var/lib/mysql/x"] },
      { typed: 'mariadb -p*** -e "CREATE DATABASE app"', secrets: ["argument 2"], does: ["~ /var/lib/mysql/x = 1"] },
      { typed: "mariadb app -e 'CREATE TABLE t (a INT)'", does: ["~ /var/lib/mysql/x = 2"] },
    ],
    [],
  ],
  [
    "a file brought between two uses of a service",
    [
      { typed: "service redis-server start", leaves: ["9 redis-server"] },
      { typed: "redis-cli set a b" },
      { typed: HERE, does: ["+ /etc/app.conf = a"] },
      { typed: "redis-cli set c d", does: ["+ /var/lib/redis/dump.rdb = d"] },
    ],
    [
      "service redis-server start\ntimeout 60 sh -c 'until redis-cli ping; do sleep 0.2; done' > /dev/null 2>&1",
      "redis-cli set a b\nservice redis-server stop",
      "COPY /etc/app.conf",
      "service redis-server start\ntimeout 60 sh -c 'until redis-cli ping; do sleep 0.2; done' > /dev/null 2>&1\nredis-cli set c d\nservice redis-server stop",
    ],
  ],
  [
    "an interactive adduser",
    [
      {
        typed: "adduser worker",
        does: [
          "+ /etc/passwd = worker:x:1000:1000:Worker Bee,,,:/home/worker:/bin/bash",
          "~ /etc/shadow = x",
          "+ /home/worker/ 0755 1000:1000",
        ],
      },
    ],
    ["adduser --disabled-password --gecos 'Worker Bee,,,' worker"],
  ],
  [
    "an account with a password",
    [{ typed: "useradd -m -p '***' app", secrets: ["argument 2"], does: ["+ /etc/passwd = app", "~ /etc/shadow = x"] }],
    ["useradd -m -p '*' app"],
  ],
  [
    "what a secret was written to",
    [
      {
        typed: "mkdir -p /srv/app && echo password=*** > /srv/app/conf",
        secrets: ["password"],
        does: ["+ /srv/app/", "+ /srv/app/conf = password=x"],
      },
      { typed: "chmod 600 /srv/app/conf", does: ["m /srv/app/conf 0600"] },
      { typed: "cp /srv/app/conf /srv/app/conf.bak", does: ["+ /srv/app/conf.bak 0600 = password=x"] },
    ],
    ["mkdir -p /srv/app"],
  ],
  [
    "a file brought between",
    [
      { typed: "vi /etc/issue", does: ["~ /etc/issue = one"] },
      { typed: "cp /etc/issue /etc/issue.net", does: ["~ /etc/issue.net = one"] },
    ],
    ["COPY /etc/issue", "cp /etc/issue /etc/issue.net"],
  ],
  [
    "a folder that a daemon needs",
    [
      { ...install("sshd"), does: ["+ /usr/sbin/sshd 0755 @sshd", "~ /etc/group = sys:x:7:"] },
      { typed: "service ssh start", does: ["+ /run/sshd/ 0755 0:7", "+ /run/sshd.pid = 9"] },
    ],
    ["apt-get install -y sshd", "install -d -m 0755 -o 0 -g sys /run/sshd"],
  ],
  [
    "the owner of a file with two names",
    [
      { typed: "echo a > /opt/a", does: ["+ /opt/a = a"] },
      { typed: "ln /opt/a /opt/b", does: ["+ /opt/b => /opt/a"] },
      { typed: "chown 33:33 /opt/a", does: ["o /opt/a 33:33", "o /opt/b 33:33"] },
    ],
    ["echo a > /opt/a", "ln /opt/a /opt/b", "chown 33:33 /opt/a"],
  ],
  [
    "a substitution that runs beside",
    [{ typed: "diff <(seq 3) <(seq 4) > /opt/d", exit: 1, background: true, does: ["+ /opt/d = d"] }],
    ["diff <(seq 3) <(seq 4) > /opt/d"],
  ],
  [
    "the removal of what an installation had made before anyone looked",
    [
      {
        ...install("apache2"),
        does: ["+ /var/www/", "+ /var/www/html/", ...Array.from({ length: 120 }, (_, index) => `+ /usr/share/a${index} @apache2`)],
      },
      { typed: "rm /var/www/html/index.html" },
    ],
    ["apt-get install -y apache2", "rm -f /var/www/html/index.html"],
  ],
  [
    "accounts of a database with passwords",
    [
      { typed: "service mariadb start", does: ["+ /var/lib/mysql/x"] },
      { typed: "mariadb -e \"CREATE USER a IDENTIFIED BY '***'\"", secrets: ["argument 2"], does: ["~ /var/lib/mysql/x = 1"] },
      { typed: "service mariadb stop" },
      { typed: "service postgresql start" },
      { typed: 'su - postgres -c "psql -c \\"CREATE ROLE a ENCRYPTED PASSWORD \'***\'\\""', secrets: ["argument 2"] },
      { typed: "su postgres -c 'createuser -P b'", secrets: ["typed"] },
      { typed: "service postgresql stop" },
    ],
    [
      "service mariadb start\ntimeout 60 sh -c 'until mysqladmin --silent ping; do sleep 0.2; done' > /dev/null 2>&1",
      "mariadb -e \"CREATE USER a IDENTIFIED BY PASSWORD '*0000000000000000000000000000000000000000'\"",
      "service mariadb stop",
      "service postgresql start\ntimeout 60 sh -c 'until pg_isready -q; do sleep 0.2; done' > /dev/null 2>&1",
      'su - postgres -c "psql -c \\"CREATE ROLE a PASSWORD NULL\\""',
      "su postgres -c 'createuser b'",
      "service postgresql stop",
    ],
  ],
  [
    "what was made while an installation was still looked at",
    [
      {
        ...install("nginx"),
        does: ["+ /etc/app.conf = late", ...Array.from({ length: 120 }, (_, index) => `+ /usr/share/a${index} @nginx`)],
      },
      { typed: "echo late > /etc/app.conf" },
      { typed: "cat /etc/app.conf" },
    ],
    ["apt-get install -y nginx", "echo late > /etc/app.conf"],
  ],
  [
    "a folder that was moved, whose contents were seen later",
    [
      { typed: "mkdir -p /opt/a/tmp", does: ["+ /opt/a/", "+ /opt/a/tmp/"] },
      { typed: "chmod 1777 /opt/a/tmp", does: ["m /opt/a/tmp 01777"] },
      { typed: "mv /opt/a /opt/b", does: ["- /opt/a/tmp", "- /opt/a", "+ /opt/b/"] },
    ],
    ["mkdir -p /opt/a/tmp", "chmod 1777 /opt/a/tmp", "mv /opt/a /opt/b"],
  ],
  [
    "a setting just after an installation",
    [
      { ...install("postfix"), does: Array.from({ length: 120 }, (_, index) => `+ /usr/share/a${index} @postfix`) },
      { typed: "postconf -e 'myhostname = a'" },
      { typed: "postconf -n", exit: 1 },
    ],
    ["apt-get install -y postfix", "postconf -e 'myhostname = a'"],
  ],
  [
    "what a command made before its start was heard of",
    [{ typed: "", kind: "outside", does: ["+ /opt/conf = a", "+ /opt/other = b"] }, { typed: "echo a > /opt/conf" }],
    ["COPY /opt/other", "echo a > /opt/conf"],
  ],
  [
    "what a command made that ran beside the one that was seen to make it",
    [
      { typed: "sh -c 'echo a >/srv/a; sleep 1'", lasts: 1600 },
      { typed: "sh -c 'echo b >/srv/b; sleep 1'", lasts: 1600, does: ["+ /srv/a = a", "+ /srv/b = b", "+ /srv/c = c"], uncertain: true },
      { typed: "sh -c 'echo c >/srv/c; sleep 1; echo c >>/srv/c'", lasts: 1600, does: ["~ /srv/c = cc"] },
      { typed: "rm /srv/b", lasts: 100, does: ["- /srv/b"] },
    ],
    ["sh -c 'echo a >/srv/a; sleep 1'", "sh -c 'echo c >/srv/c; sleep 1; echo c >>/srv/c'"],
  ],
  [
    "files that a text for another shell means by a star",
    [
      { typed: "echo a >/srv/a", does: ["+ /srv/a = a"] },
      { typed: "echo b >/opt/b", does: ["+ /opt/b = b"] },
      { typed: "sh -c 'cat /srv/* >/etc/all'", does: ["+ /etc/all = a"] },
      { typed: "rm /opt/b", does: ["- /opt/b"] },
      { typed: "rm /srv/a", does: ["- /srv/a"] },
    ],
    ["echo a >/srv/a", "sh -c 'cat /srv/* >/etc/all'", "rm /srv/a"],
  ],
  [
    "a mode that a file brought in has already",
    [{ typed: "", kind: "outside", does: ["+ /opt/conf = a"] }, { typed: "chmod 644 /opt/conf" }],
    ["COPY /opt/conf"],
  ],
  [
    "a secret in one command of a list",
    [
      {
        typed: "useradd app && echo 'app:***' | chpasswd; mkdir /srv/app",
        secrets: ["argument 1"],
        does: ["~ /etc/shadow = hash", "~ /etc/passwd = app", "+ /srv/app/"],
      },
    ],
    ["useradd app; mkdir /srv/app"],
  ],
  [
    "a secret file in a list",
    [
      {
        typed: "mkdir /etc/app && echo 'pw=***' > /etc/app/pw && chmod 600 /etc/app/pw && touch /etc/app/x",
        secrets: ["argument 1"],
        does: ["+ /etc/app/", "+ /etc/app/x = "],
      },
    ],
    ["mkdir /etc/app && touch /etc/app/x"],
  ],
  [
    "a secret that is set for later",
    [{ typed: "export PW=***; mkdir /srv/$PW", secrets: ["value"], does: ["+ /srv/x/"] }],
    ["COPY /srv/x"],
  ],
  ["typed secret", [{ typed: "echo 'app:***' | chpasswd", secrets: ["argument 1"], does: ["~ /etc/shadow = hash"] }], []],
];

test.each(CASES)("%s", (_name, steps, expected) => {
  expect(fates(steps, { base: ["+ /etc/login.defs = base", "+ /etc/issue = debian"] })).toEqual(expected);
});

test("choices win", () => {
  const steps: TestStep[] = [{ typed: "ls" }, { typed: "touch /opt/a", does: ["+ /opt/a"] }, { typed: "touch /opt/b", does: ["+ /opt/b"] }];
  expect(fates(steps, { choices: { keep: ["s1.1"], drop: ["s1.2"], rename: { "s1.3": "touch /opt/c" } } })).toEqual(["ls", "touch /opt/c"]);
});

test("what is on a mount is left out, and what was made of it is brought", () => {
  const mounts = [{ type: "volume", destination: "/data", source: "v", readOnly: false }];
  const steps: TestStep[] = [
    { typed: "echo a > /data/a", does: ["+ /data/ ", "+ /data/a = a"].map((row) => row.trim()) },
    { typed: "cp /data/a /srv/a", does: ["+ /srv/a = a"] },
  ];
  expect(fates(steps, { container: { mounts } })).toEqual(["COPY /srv/a"]);
});

const GCC: TestStep = { typed: "apt-get install -y gcc", does: ["+ /usr/bin/gcc 0755 @gcc"], packages: ["+gcc"] };
const NO_GCC: TestStep = { typed: "apt-get purge -y gcc", does: ["- /usr/bin/gcc"], packages: ["-gcc"] };
const SOURCE: TestStep = { typed: "cat > /opt/a.c <<'EOF'\nint main;\nEOF", does: ["+ /opt/a.c = int main;"] };
const STAGES: readonly (readonly [string, readonly TestStep[], unknown])[] = [
  [
    "compiled and the compiler purged",
    [
      install("tree"),
      GCC,
      SOURCE,
      { typed: "gcc -o /usr/local/bin/a /opt/a.c", does: ["+ /usr/local/bin/a 0755 = elf"] },
      { typed: "rm /opt/a.c", does: ["- /opt/a.c"] },
      NO_GCC,
      { typed: "a > /opt/out", does: ["+ /opt/out = ran"] },
    ],
    { steps: ["s1.2", "s1.3", "s1.4", "s1.5", "s1.6"], outputs: ["/usr/local/bin/a"] },
  ],
  ["the compiler stays", [GCC, { typed: "gcc -o /opt/a /opt/a.c", does: ["+ /opt/a 0755 = elf"] }], null],
  ["a result with another owner", [GCC, { typed: "gcc -o /opt/a /opt/a.c", does: ["+ /opt/a 0755 33:33 = elf"] }, NO_GCC], null],
  [
    "a result that another Step changes",
    [
      GCC,
      { typed: "gcc -o /opt/a /opt/a.c", does: ["+ /opt/a 0755 = elf"] },
      NO_GCC,
      { typed: "chmod 4755 /opt/a", does: ["m /opt/a 04755"] },
    ],
    null,
  ],
  [
    "a source that stays, from before",
    [
      { typed: "echo x > /opt/a.c", does: ["+ /opt/a.c = x"] },
      GCC,
      { typed: "gcc -o /opt/a /opt/a.c", does: ["+ /opt/a 0755 = elf"] },
      NO_GCC,
    ],
    { steps: ["s1.2", "s1.3", "s1.4"], outputs: ["/opt/a"] },
  ],
  [
    "a source that stays, from in between",
    [
      GCC,
      { typed: "echo x > /opt/a.c", does: ["+ /opt/a.c = x"] },
      { typed: "gcc -o /opt/a /opt/a.c", does: ["+ /opt/a 0755 = elf"] },
      NO_GCC,
    ],
    null,
  ],
];

test.each(STAGES)("a build stage: %s", (_name, steps, expected) => {
  const input = inputOf(steps, { base: ["+ /usr/local/bin/"] });
  expect(selectSteps(input, readTimeline(input.history, input.base)).stage).toEqual(expected);
});

test("a key that its command makes by chance is made anew", () => {
  const folders = ["+ /root/.ssh/", "+ /srv/.ssh/"];
  const steps: TestStep[] = [
    { typed: "ssh-keygen -qf /root/.ssh/id_rsa -N ''", does: ["+ /root/.ssh/id_rsa 0600 = 1", "+ /root/.ssh/id_rsa.pub = 1p"] },
    { typed: "cp /root/.ssh/id_rsa /srv/.ssh/id_rsa", does: ["+ /srv/.ssh/id_rsa 0600 = 1"] },
    { typed: "chmod 640 /srv/.ssh/id_rsa", does: ["m /srv/.ssh/id_rsa 0640"] },
    { typed: "vi /srv/.ssh/id_dsa", does: ["+ /srv/.ssh/id_dsa = 2"] },
  ];
  const input = inputOf(steps, { base: folders });
  const { secretPaths, findings, unmounted } = selectSteps(input, readTimeline(input.history, input.base));
  expect(fates(steps, { base: folders })).toEqual(steps.slice(0, 3).map(({ typed }) => typed));
  expect(secretPaths).toEqual(["/root/.ssh/id_rsa", "/root/.ssh/id_rsa.pub", "/srv/.ssh/id_dsa", "/srv/.ssh/id_rsa"]);
  expect(findings.map(({ code }) => code)).toEqual(["secret-made-anew", "secret-made-anew", "secret-made-anew"]);
  expect(unmounted.map(({ finding }) => finding.code)).toEqual(["secret-left-out"]);
});

test("a secret path counts as secret", () => {
  const input = inputOf([{ typed: "echo 'app:***' | chpasswd", secrets: ["argument 1"], does: ["~ /etc/shadow = hash"] }]);
  const { secretPaths, unmounted } = selectSteps(input, readTimeline(input.history, input.base));
  expect(secretPaths).toEqual(["/etc/shadow"]);
  expect(unmounted.map(({ finding }) => finding.code)).toContain("secret-left-out");
});
