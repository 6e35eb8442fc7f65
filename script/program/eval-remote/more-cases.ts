import type { RemoteCase } from "./cases.ts";

/** Ways of working that the first cases do not have; most need no network. */
export const moreCases: readonly RemoteCase[] = [
  {
    name: "a-project-copied-in-and-built",
    image: "debian:bookworm",
    script: `
mkdir -p project/src 'project/with blank' && echo 'all: ; cp src/main out' >project/Makefile && echo main >project/src/main && echo x >'project/with blank/a b'
ln -s src/main project/link
dodo mkdir -p /srv/work
cp -r project container/srv/work/
dodo -w /srv/work/project cp src/main out
dodo rm -r /srv/work/project/src
mv container/srv/work/project container/srv/work/moved
`,
  },
  {
    name: "names-of-all-kinds",
    image: "debian:bookworm",
    script: `
mkdir container/srv/names
printf 1 >'container/srv/names/a  b'
printf 2 >"container/srv/names/it's"
printf 3 >'container/srv/names/"quoted" $HOME \`x\`'
printf 4 >container/srv/names/ünïcödé
printf 5 >container/srv/names/-dash
printf 6 >'container/srv/names/back\\slash*?[x]'
dodo sh -c 'cat /srv/names/* >/srv/all; wc -c </srv/all'
dodo cp -r /srv/names '/srv/copy of names'
`,
  },
  {
    name: "input-from-here",
    image: "debian:bookworm",
    script: `
seq 100 | dodo sh -c 'cat >/srv/numbers'
dodo sh -c 'sort -rn >/srv/sorted' </dev/null
dodo tee /srv/here >/dev/null <<'EOF'
from a here-document
EOF
dodo sh <<'EOF'
mkdir -p /srv/script
echo done >/srv/script/done
EOF
`,
  },
  {
    name: "edits-by-rename-and-removal",
    image: "debian:bookworm",
    script: `
dodo sh -c 'mkdir -p /opt/tree/a/b; for i in 1 2 3; do echo $i >/opt/tree/a/b/$i; done; echo keep >/opt/tree/keep'
sed -i s/1/one/ container/opt/tree/a/b/1
rm container/opt/tree/a/b/2
cp container/opt/tree/a/b/3 container/opt/tree/a/b/.3.swp && mv container/opt/tree/a/b/.3.swp container/opt/tree/a/b/3
mv container/opt/tree/a container/opt/tree/z
dodo ls -R /opt/tree
rm -r container/opt/tree/z/b/1
ln container/opt/tree/keep container/opt/tree/hard 2>/dev/null || cp container/opt/tree/keep container/opt/tree/hard
chmod 4755 container/opt/tree/keep
rm container/etc/motd
dodo sh -c 'echo after >>/opt/tree/keep'
`,
  },
  {
    name: "a-text-of-several-lines",
    image: "debian:bookworm",
    script: `
dodo -c 'cd /srv
for one in a b c; do
  mkdir -p "$one"; echo "$one $((1 + 1))" >"$one/file"
done
export KIND="it'"'"'s"
name() { echo "$KIND"; }
name >kind'
dodo -c 'pwd >here; echo "$KIND" >>here'
dodo -e ONLY=now -c 'echo "$ONLY" >only'
dodo -c 'echo "[\${ONLY-none}]" >>only'
`,
  },
  {
    name: "a-service-that-is-left-running",
    image: "debian:bookworm",
    script: `
dodo apt-get update
dodo apt-get install -y --no-install-recommends busybox-static
mkdir -p container/srv/www && echo hello >container/srv/www/index.html
printf '#!/bin/sh\\nexec busybox httpd -f -p 8000 -h /srv/www\\n' >container/usr/local/bin/serve && chmod 755 container/usr/local/bin/serve
dodo sh -c '/usr/local/bin/serve >/dev/null 2>&1 & sleep 1; kill $!'
`,
  },
  {
    name: "another-user-and-umask",
    image: "debian:bookworm",
    script: `
dodo sh -c 'groupadd -g 1500 team; useradd -m -u 1500 -g team -s /bin/bash dev'
dodo -u dev -c 'umask 077; cd; mkdir -p bin; printf "#!/bin/sh\\necho hi\\n" >bin/hi; chmod 700 bin/hi; export PATH=$HOME/bin:$PATH'
dodo -u dev -w /home/dev sh -c 'echo $(id -un) >who; umask 002; echo shared >shared'
echo 'alias ll="ls -l"' >>container/home/dev/.bashrc
dodo chown dev:team /home/dev/.bashrc
dodo su dev -c 'touch /home/dev/by-su'
`,
  },
  {
    name: "a-recorded-shell-beside",
    image: "debian:bookworm",
    script: `
dodo mkdir -p /srv/mixed
dodo cd /srv/mixed
export -f cooper
printf 'echo one >one\\nexport LATER=yes\\ncd /srv\\necho $LATER >mixed/later\\nexit\\n' | SHELL=/bin/bash script -qec 'cooper dev shell' /dev/null
dodo sh -c 'echo two >two'
echo copied >local && cooper dev cp local :/srv/mixed/local
dodo -c 'ln -s ../mixed/local rel; mkfifo pipe; touch -d 2020-01-01 old'
`,
  },
];
