import type { RemoteCase } from "./cases.ts";

/** Services of other kinds; these need the network. */
export const serviceCases: readonly RemoteCase[] = [
  {
    name: "nginx-and-php",
    image: "debian:bookworm",
    script: `
dodo -c 'apt-get update && apt-get install -y --no-install-recommends nginx-light php-fpm'
sed -i 's/^;*cgi.fix_pathinfo=.*/cgi.fix_pathinfo=0/' container/etc/php/*/fpm/php.ini
version=$(ls container/etc/php)
cp container/etc/nginx/sites-available/default site.backup
cat >container/etc/nginx/sites-available/php <<EOF
server {
    listen 8081;
    root /srv/php;
    location ~ \\.php\\$ {
        include snippets/fastcgi-php.conf;
        fastcgi_pass unix:/run/php/php$version-fpm.sock;
    }
}
EOF
rm container/etc/nginx/sites-enabled/default
ln -s ../sites-available/php container/etc/nginx/sites-enabled/php
mkdir -p container/srv/php && echo '<?php echo 6 * 7;' >container/srv/php/index.php && chown -R 33:33 container/srv/php
dodo nginx -t
dodo service php$version-fpm start
dodo nginx
dodo sh -c 'php -r "echo file_get_contents(\\"http://127.0.0.1:8081/index.php\\");"'
`,
  },
  {
    name: "a-job-of-cron",
    image: "debian:bookworm",
    script: `
dodo apt-get update
dodo apt-get install -y --no-install-recommends cron logrotate
dodo useradd -m worker
mkdir -p container/usr/local/lib/job
cat >container/usr/local/lib/job/run.sh <<'EOF'
#!/bin/sh
date >>/var/log/job/last
EOF
chmod 755 container/usr/local/lib/job/run.sh
dodo install -d -o worker -m 755 /var/log/job
printf '*/5 * * * * worker /usr/local/lib/job/run.sh\\n' >container/etc/cron.d/job
chmod 644 container/etc/cron.d/job
printf '0 3 * * * /usr/local/lib/job/run.sh\\n' | dodo crontab -u worker -
printf '/var/log/job/last {\\n  weekly\\n  rotate 3\\n}\\n' >container/etc/logrotate.d/job
dodo -u worker /usr/local/lib/job/run.sh
dodo logrotate -d /etc/logrotate.d/job
dodo rm /var/log/job/last
dodo cron
`,
  },
  {
    name: "a-clone-and-its-server",
    image: "debian:bookworm",
    script: `
git init -q repo && cd repo && git config user.email a@b.invalid && git config user.name me
printf 'const http = require("http");\\nhttp.createServer((q, r) => r.end("ok")).listen(3000);\\n' >server.js
echo '{"name":"server","version":"1.0.0","main":"server.js"}' >package.json && mkdir lib && echo 'module.exports = 1;' >lib/one.js
git add . && git commit -qm first && cd ..
dodo sh -c 'apt-get update -qq; apt-get install -y -qq --no-install-recommends nodejs git >/dev/null; rm -rf /var/lib/apt/lists/*'
git clone -q repo container/srv/app
git clone -q --bare repo container/srv/app.git
dodo git config --system --add safe.directory '*'
dodo git clone -q file:///srv/app.git /opt/app
cd container/srv/app && git config user.email a@b.invalid && git config user.name me && echo 'module.exports = 2;' >lib/two.js && git add lib && git commit -qm second && git push -q ../app.git HEAD && cd ../../..
dodo -w /opt/app git pull -q
dodo rm -rf /opt/app/.git
dodo sh -c 'useradd -r -d /opt/app node; chown -R node: /opt/app'
dodo -u node -w /opt/app node -e 'require("fs").writeFileSync("made", String(require("./lib/two.js")))'
printf '#!/bin/sh\\ncd /opt/app\\nexec su -s /bin/sh node -c "exec node server.js"\\n' >container/usr/local/bin/start && chmod +x container/usr/local/bin/start
dodo sh -c 'cd /opt/app && nohup su -s /bin/sh node -c "exec node server.js" >/dev/null 2>&1 &'
`,
  },
  {
    name: "a-package-in-an-environment",
    image: "debian:bookworm",
    script: `
dodo apt-get update
dodo apt-get install -y --no-install-recommends python3-venv
dodo python3 -m venv /opt/venv
dodo . /opt/venv/bin/activate
mkdir -p package/tool && echo 'def main(): print("tool")' >package/tool/__init__.py
printf 'from setuptools import setup\\nsetup(name="tool", version="1", packages=["tool"], entry_points={"console_scripts": ["tool=tool:main"]})\\n' >package/setup.py
cp -r package container/tmp/package
dodo pip install --no-index --no-build-isolation --no-compile /tmp/package
dodo tool
rm -r container/tmp/package
dodo -c 'tool >/opt/said; deactivate; command -v tool || echo none >>/opt/said'
dodo sh -c 'command -v pip >/opt/pip || echo no pip >/opt/pip'
dodo rm -rf /root/.cache
`,
  },
  {
    name: "settings-of-the-system",
    image: "debian:bookworm",
    script: `
dodo export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
dodo sh -c 'apt-get update -qq && echo "tzdata tzdata/Areas select Europe" | debconf-set-selections'
dodo apt-get install -y -qq --no-install-recommends locales tzdata redis-server sudo
sed -i 's/^# *de_DE.UTF-8/de_DE.UTF-8/' container/etc/locale.gen
dodo locale-gen
dodo ln -sf /usr/share/zoneinfo/Europe/Berlin /etc/localtime
echo Europe/Berlin >container/etc/timezone
sed -i -e 's/^bind .*/bind 0.0.0.0/' -e 's/^# *maxmemory <bytes>/maxmemory 64mb/' container/etc/redis/redis.conf
dodo sh -c 'useradd -m -G sudo op; echo "op ALL=(ALL) NOPASSWD: ALL" >/etc/sudoers.d/op; chmod 440 /etc/sudoers.d/op'
dodo -u op sudo -n touch /etc/by-op
dodo update-alternatives --install /usr/bin/pager2 pager2 /bin/more 10
dodo dpkg-divert --add --rename --divert /usr/bin/redis-benchmark.real /usr/bin/redis-benchmark
dodo apt-get purge -y -qq sudo || dodo env SUDO_FORCE_REMOVE=yes apt-get purge -y -qq sudo
dodo apt-get clean
dodo service redis-server start
`,
  },
];
