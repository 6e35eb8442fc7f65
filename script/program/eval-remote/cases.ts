/** What a person does at the desk: a script for bash in the work folder, with the container's files below ./container. */
export interface RemoteCase {
  readonly name: string;
  readonly image: string;
  readonly script: string;
}

/** Set-ups of services by commands through dodo and edits with local tools. */
export const remoteCases: readonly RemoteCase[] = [
  {
    name: "web-server-with-a-local-site",
    image: "debian:bookworm",
    script: `
dodo apt-get update
dodo apt-get install -y --no-install-recommends nginx-light
rm container/etc/nginx/sites-enabled/default
cat >container/etc/nginx/conf.d/site.conf <<'EOF'
server {
    listen 8080;
    root /srv/site;
}
EOF
mkdir -p container/srv/site && echo '<h1>from my own editor</h1>' >container/srv/site/index.html
dodo nginx -t
dodo sh -c 'nginx && sleep 1 && rm -f /var/log/nginx/none; nginx -s stop'
`,
  },
  {
    name: "python-in-an-activated-environment",
    image: "debian:bookworm",
    script: `
dodo apt-get update
dodo apt-get install -y --no-install-recommends python3-minimal python3-venv
dodo mkdir -p /srv/app
cd container/srv/app
dodo python3 -m venv --without-pip venv
dodo source venv/bin/activate
printf 'import sys\\nprint(sys.prefix)\\n' >main.py
dodo python main.py
dodo sh -c 'python main.py >prefix'
`,
  },
  {
    name: "settings-edited-in-place",
    image: "debian:bookworm",
    script: `
dodo sh -c 'printf "a=1\\nb=2\\n" >/etc/tool.conf'
sed -i 's/a=1/a=10/' container/etc/tool.conf
dodo sh -c 'grep -q a=10 /etc/tool.conf && echo c=3 >>/etc/tool.conf'
mkdir container/opt/tool
printf '#!/bin/sh\\ncat /etc/tool.conf\\n' >container/opt/tool/run.new
chmod 755 container/opt/tool/run.new
mv container/opt/tool/run.new container/opt/tool/run
ln -s /opt/tool/run container/usr/local/bin/tool
dodo tool
`,
  },
  {
    name: "a-user-and-what-is-his",
    image: "debian:bookworm",
    script: `
dodo useradd --create-home --shell /bin/sh app
dodo install -d -o app -g app -m 750 /srv/data
echo 'seed' >container/tmp/seed
dodo cp /tmp/seed /srv/data/seed
dodo chown app: /srv/data/seed
rm container/tmp/seed
dodo -u app -w /srv/data sh -c 'tr a-z A-Z <seed >loud'
`,
  },
  {
    name: "variables-and-folders-that-persist",
    image: "debian:bookworm",
    script: `
dodo export TARGET=/srv/out LEVEL='two words'
dodo mkdir -p /srv/out
dodo cd /srv/out
dodo sh -c 'echo "$LEVEL" >level'
dodo -c 'export STEP=2; umask 027; echo $STEP >step'
dodo sh -c 'echo "$STEP $PWD" >place'
dodo unset LEVEL
dodo -c 'echo "[$LEVEL]" >gone'
`,
  },
  {
    name: "mistakes-and-what-is-left-out",
    image: "debian:bookworm",
    script: `
dodo no-such-program || true
dodo sh -c 'exit 3' || true
dodo sh -c 'echo wrong >/etc/service.conf'
echo 'port = 80' >container/etc/service.conf
dodo ls -l /etc/service.conf
dodo touch /tmp/scratch '#nohist'
dodo rm /tmp/scratch '#nohist'
tar cf - -C container/etc service.conf | dodo tar xf - -C /opt
dodo cat /opt/service.conf
`,
  },
];
