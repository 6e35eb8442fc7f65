import type { RemoteCase } from "./cases.ts";

/** What else people do at a desk: other tools on the mount, other users, other ways in; these need no network. */
export const deskCases: readonly RemoteCase[] = [
  {
    name: "a-folder-that-is-kept-equal",
    image: "debian:bookworm",
    script: `
mkdir -p site/img site/old && echo '<h1>1</h1>' >site/index.html && printf '\\0\\1\\2' >site/img/dot && echo x >site/old/gone && ln -s index.html site/home
dodo mkdir -p /srv/www /srv/tar
tar -C site -cf - . | tar -C container/srv/tar -xf -
if command -v rsync >/dev/null; then sync() { rsync -rlpt --delete site/ container/srv/www/; }; else sync() { rm -rf container/srv/www/*; cp -r site/. container/srv/www/; }; fi
sync
echo '<h1>2</h1>' >site/index.html; rm -r site/old; chmod 640 site/img/dot
sync
dodo ls -lR /srv/www
rm -r container/srv/tar/old
dodo sh -c 'grep -r h1 /srv/www >/srv/found'
`,
  },
  {
    name: "owners-and-modes-from-here",
    image: "debian:bookworm",
    script: `
dodo useradd -m -u 1700 one
dodo sh -c 'groupadd -g 1800 both; useradd -m -u 1701 -G both two'
mkdir -p container/srv/box/in && echo a >container/srv/box/a && echo b >container/srv/box/in/b
chown -R 1700:1800 container/srv/box
chmod 2770 container/srv/box; chmod 640 container/srv/box/a; chmod 4711 container/srv/box/in/b
chmod 1777 container/srv
dodo -u two sh -c 'cat /srv/box/a 2>/dev/null >/srv/read || echo denied >/srv/denied'
dodo -u one -w /srv/box touch by-one
chown -h 1701 container/srv/box/by-one
chmod 600 container/etc/motd
touch -d '2001-02-03 04:05:06' container/srv/box/a
`,
  },
  {
    name: "links-and-deletions-from-here",
    image: "debian:bookworm",
    script: `
dodo sh -c 'mkdir -p /opt/v1/bin /opt/v2/bin; echo 1 >/opt/v1/bin/run; echo 2 >/opt/v2/bin/run'
ln -s v1 container/opt/current
ln -s /opt/current/bin/run container/usr/local/bin/run
ln -s ../../../nowhere container/opt/dangling
dodo cat /usr/local/bin/run
ln -sfn v2 container/opt/current
rm -rf container/usr/share/doc/* container/usr/share/man/man1
rm -f container/etc/issue container/etc/issue.net
mv container/etc/debian_version container/etc/release-of-debian
dodo sh -c 'cat /usr/local/bin/run >/opt/seen; readlink /opt/current >>/opt/seen'
rmdir container/media
mkdir container/media && echo again >container/media/file
mkdir -p container/opt/tmp/a/b/c && rm -r container/opt/tmp
rm container/etc/shells && mkdir container/etc/shells && echo one >container/etc/shells/one
`,
  },
  {
    name: "editors-of-all-kinds",
    image: "debian:bookworm",
    script: `
printf 'a = 1\\nb = 2\\nc = 3\\n' >container/etc/tool.ini
vim -u NONE -es -c '%s/a = 1/a = one/' -c wq container/etc/tool.ini
vim -u NONE -es -c 'set backup backupcopy=no' -c '%s/b = 2/b = two/' -c wq container/etc/tool.ini
perl -pi -e 's/c = 3/c = three/' container/etc/tool.ini
printf '/three/s//THREE/\\nw\\nq\\n' | { command -v ed >/dev/null && ed -s container/etc/tool.ini || sed -i s/three/THREE/ container/etc/tool.ini; }
python3 - <<'EOF'
import os
path = "container/etc/tool.ini"
with open(path, "r+") as file:
    text = file.read()
    file.seek(0)
    file.truncate()
    file.write(text + "d = 4\\n")
with open(path + ".new", "w") as file:
    file.write(text + "d = four\\n")
    file.flush()
    os.fsync(file.fileno())
os.replace(path + ".new", path)
EOF
rm -f container/etc/tool.ini~
dd if=/dev/zero of=container/srv/image bs=1000 count=3 2>/dev/null
printf END | dd of=container/srv/image bs=1 seek=1500 conv=notrunc 2>/dev/null
truncate -s 2500 container/srv/image
patch -s container/etc/tool.ini <<'EOF'
@@ -1,2 +1,2 @@
-a = one
+a = ONE
 b = two
EOF
dodo cat /etc/tool.ini
`,
  },
  {
    name: "back-to-a-checkpoint",
    image: "debian:bookworm",
    script: `
dodo sh -c 'mkdir /srv/app; echo 1 >/srv/app/version'
dodo export MODE=good
cooper dev checkpoint before
dodo export MODE=bad
dodo sh -c 'echo 2 >/srv/app/version; rm -rf /opt /etc/issue'
echo wrong >container/srv/app/edit
cooper dev undo before
echo right >container/srv/app/edit
dodo sh -c 'cat /srv/app/version >/srv/app/seen; echo "$MODE" >>/srv/app/seen'
cooper dev stop; cooper dev start
dodo -c 'echo "$MODE" >>/srv/app/seen; hostname >/dev/null'
`,
  },
  {
    name: "a-shell-and-its-own-state",
    image: "debian:bookworm",
    script: `
dodo mkdir -p /srv/shell
dodo cd /srv/shell
export -f cooper
cat >typed <<'OUTER'
cat >made.sh <<'EOF'
#!/bin/bash
greet() { echo "hello $1"; }
greet "\${1:-world}"
EOF
chmod +x made.sh
greet() { echo "greeting $1"; }
export -f greet
export WHO='some body' PATH=$PATH:/srv/shell
for i in 1 2 3; do
  echo $i >>list
done
pushd /opt >/dev/null
mkdir -p deep/er; cd deep/er
umask 027
echo here >here
su -s /bin/sh nobody -c 'id -un' >who 2>/dev/null
exit
OUTER
SHELL=/bin/bash script -qec 'cooper dev shell' /dev/null <typed
dodo -c 'export WHO="some body"; ./made.sh "$WHO" >out; pwd >>out'
printf 'cat /etc/hostname >/dev/null\\necho second >second\\nexit\\n' >typed
SHELL=/bin/bash script -qec 'cooper dev shell' /dev/null <typed
dodo sh -c 'ls >/srv/shell/ls'
`,
  },
  {
    name: "many-at-once",
    image: "debian:bookworm",
    script: `
dodo mkdir -p /srv/many
for i in 1 2 3 4 5 6; do dodo sh -c "echo $i >/srv/many/$i; sleep 0.$i; echo $i >>/srv/many/$i" & done; wait
for i in 1 2 3; do echo $i >container/srv/many/edit$i & dodo touch /srv/many/touch$i & done; wait
dodo sh -c 'cat /srv/many/* >/srv/all'
dodo sh -c 'rm /srv/many/1' & rm container/srv/many/edit1; wait
`,
  },
  {
    name: "by-ssh-scp-and-sftp",
    image: "debian:bookworm",
    script: `
cooper dev ssh-config >config
name=$(awk '/^Host /{print $2; exit}' config)
ssh -T -F config $name 'mkdir -p /srv/far; echo by-ssh >/srv/far/one'
printf 'cd /srv/far\\nfor i in a b; do echo $i >$i; done\\nexport X=1; echo $X >x\\n' | ssh -T -F config $name 'sh -s'
mkdir up && echo up >up/file && printf 'it'"'"'s' >"up/a b"
scp -q -r -F config up $name:/srv/far/
printf 'mkdir /srv/far/sftp\\nput up/file /srv/far/sftp/file\\nchmod 600 /srv/far/sftp/file\\nrename /srv/far/one /srv/far/two\\nsymlink ../two /srv/far/sftp/link\\n' | sftp -q -b - -F config $name
tar -C up -cf - . | ssh -T -F config $name 'mkdir /srv/tar && tar -C /srv/tar -xf -'
ssh -T -F config $name 'exit 4' || test $? = 4
dodo sh -c 'find /srv/far | sort >/srv/found'
`,
  },
  {
    name: "words-of-any-kind",
    image: "debian:bookworm",
    script: `
dodo export EMPTY= 'TABS=a	b' "NL=one
two" 'DOLLAR=$HOME \`id\` "q" \\\\ back' 'UTF=grün'
printf 'FROM_FILE=x y\\n# no\\nOTHER=\\n' >vars
dodo --env-file vars sh -c 'echo "$FROM_FILE|$OTHER|" >/srv/file'
dodo sh -c 'printf "%s\\n" "$EMPTY" "$TABS" "$NL" "$DOLLAR" "$UTF" >/srv/vars'
dodo sh -c 'printf "%s\\n" "$@" >/srv/args' sh '' 'a b' "it's" '$x' '*' 'back\\slash' '-n' "two
lines" 'ü' '!!' '#nohist not the last' 'end'
dodo printf '%s\\n' '%d' '{}' ';' >/dev/null
dodo find /srv -type f -newer /etc/passwd -exec cp '{}' /opt ';'
dodo awk 'BEGIN { print "$1 \\"x\\"" >"/srv/awk" }'
dodo perl -e 'open F, ">/srv/perl"; print F "a\\$b\\n"; close F'
dodo env -i A=1 /bin/sh -c 'echo $A >/srv/env'
dodo -w /opt sh -c 'cp ../srv/awk .; cd /; echo $PWD $OLDPWD >srv/pwd'
cd container/srv; dodo touch 'here is' ./-x; dodo mv -- -x y; cd ../..
`,
  },
];
