import type { RemoteCase } from "./cases.ts";

/** Files of unusual kinds and ways, and what a build must not make anew; the last ones need the network. */
export const fileCases: readonly RemoteCase[] = [
  {
    name: "names-of-one-file-and-changed-kinds",
    image: "debian:bookworm",
    script: `
dodo sh -c 'mkdir -p /srv/l; echo one >/srv/l/a; ln /srv/l/a /srv/l/b; ln -s a /srv/l/s; echo x >/srv/l/c; install -d -m 700 -o 33 /srv/l/priv; mkdir /srv/l/dir; ln -s /etc/motd /srv/l/motd; echo f >/srv/l/f'
ln container/srv/l/c container/srv/l/d
echo more >>container/srv/l/b
chmod 604 container/srv/l/d
chmod 755 container/srv/l/priv; chown 0:0 container/srv/l/priv; echo x >container/srv/l/priv/x
rmdir container/srv/l/dir; echo now a file >container/srv/l/dir
echo own >container/srv/l/motd.new; mv container/srv/l/motd.new container/srv/l/motd
rm container/srv/l/f; mkdir container/srv/l/f; echo in >container/srv/l/f/in
chown 33:33 container/srv/l/s -h
touch -h -d 2011-11-11 container/srv/l/s
cp -a container/srv/l container/srv/m
mv container/srv/l/a container/srv/l/z
rm container/srv/l/d
dodo sh -c 'ls -li /srv/l /srv/m'
dodo chmod g-w,o= /srv/m
rm -rf container/var/cache/apt/archives/partial
`,
  },
  {
    name: "folders-of-the-image-renamed",
    image: "debian:bookworm",
    script: `
cp -a container/etc/skel /dev/null 2>/dev/null || true
mv container/etc/pam.d container/etc/pam.old && cp -a container/etc/pam.old container/etc/pam.d
dodo sh -c 'mv /etc/skel /etc/skel2'
mv container/etc/skel2 container/etc/skel3
mv container/etc/skel3/.profile container/etc/profile-of-skel
`,
  },
  {
    name: "undo-restart-and-rename",
    image: "debian:bookworm",
    script: `
dodo sh -c 'mkdir -p /srv/a/b; echo 1 >/srv/a/b/1; useradd -m u1'
cooper dev checkpoint one
dodo sh -c 'useradd -m u2; rm -rf /srv/a; echo bad >/etc/bad'
rm -r container/usr/share/doc/adduser
cooper dev undo one
mv container/srv/a container/srv/renamed
cid=$(cooper dev status --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["sessions"][0]["container"])')
docker restart -t 0 $cid >/dev/null
dodo sh -c 'echo 2 >/srv/renamed/b/2'
echo 3 >container/srv/renamed/b/3
cooper dev checkpoint two
mv container/srv/renamed/b container/srv/moved-b
cooper dev stop; cooper dev start
dodo sh -c 'mv /srv/moved-b /srv/final; rmdir /srv/renamed; userdel -r u1; useradd -m -s /bin/bash u3'
echo 4 >container/home/u3/x
dodo chown u3: /home/u3/x
`,
  },
  {
    name: "names-that-are-no-text",
    image: "debian:bookworm",
    script: `
mkdir container/srv/odd
echo 1 >$'container/srv/odd/new\\nline'
echo 2 >$'container/srv/odd/tab\\there'
echo 3 >$'container/srv/odd/bell\\a\\e[31m'
echo 4 >$'container/srv/odd/latin\\xe9'
echo 5 >'container/srv/odd/#hash'
echo 6 >'container/srv/odd/\${VAR}'
echo 7 >'container/srv/odd/ lead and trail '
echo 8 >'container/srv/odd/a,b:c;d&e|f'
echo 9 >'container/srv/odd/<<EOF'
echo 10 >'container/srv/odd/--from=x'
mkdir $'container/srv/odd/d\\xff\\xfe' && echo 11 >$'container/srv/odd/d\\xff\\xfe/in'
ln -s $'latin\\xe9' container/srv/odd/link
printf '\\0\\377\\r\\n' >container/srv/odd/bin
dodo sh -c 'ls /srv/odd | wc -l >/srv/count'
dodo sh -c 'echo "#not a comment" >/srv/hash; printf "a\\rb" >/srv/cr; printf "\\\\x00" >/srv/x'
dodo printf '%s' $'caf\\xc3\\xa9\\n' >/dev/null
dodo -c $'cat >/srv/here <<"E"\\n$HOME \`x\` \\\\ \\'"\\nE'
`,
  },
  {
    name: "accounts-edited-and-switched",
    image: "debian:bookworm",
    script: `
dodo sh -c 'groupadd -r svc; useradd -r -g svc -d /var/lib/svc -m -s /usr/sbin/nologin svc; usermod -aG adm,tty svc'
dodo sh -c 'echo svc:secret99x | chpasswd'
dodo passwd -l svc
dodo adduser --disabled-password --gecos 'A B' ab
echo 'umask 077' >>container/home/ab/.profile
mkdir container/home/ab/.ssh && chmod 700 container/home/ab/.ssh && echo 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx me' >container/home/ab/.ssh/authorized_keys
dodo chown -R ab:ab /home/ab
dodo chsh -s /bin/sh ab
dodo gpasswd -a ab svc
sed -i 's/^ab:x:\\([0-9]*\\):\\([0-9]*\\):A B/ab:x:\\1:\\2:Changed Here/' container/etc/passwd
dodo su - ab -c 'echo $HOME >who; id -Gn >groups'
dodo deluser ab svc
dodo chage -M 90 ab
mkdir -p container/etc/sudoers.d && echo 'ab ALL=(ALL) NOPASSWD: /bin/ls' >container/etc/sudoers.d/ab && chmod 440 container/etc/sudoers.d/ab
`,
  },
  {
    name: "secrets-and-keys",
    image: "debian:bookworm",
    script: `
printf 'DB_PASSWORD=hunter2-very-secret\\nDB_HOST=db.internal\\n' >env
dodo --env-file env sh -c 'echo "host=$DB_HOST" >/etc/app.conf'
export API_TOKEN=tok_4f6a8b1c9d2e3f405162738495a6b7c8
cooper dev export API_TOKEN
dodo sh -c 'test -n "$API_TOKEN" && echo ok >/etc/token-ok'
dodo mkdir -m 700 /root/.ssh
ssh-keygen -q -t ed25519 -N '' -f key
cp key.pub container/root/.ssh/authorized_keys
chmod 600 container/root/.ssh/authorized_keys
cp key container/root/.ssh/id_ed25519 && chmod 600 container/root/.ssh/id_ed25519
dodo ls -l /root/.ssh
rm container/root/.ssh/id_ed25519
dodo sh -c 'umask 077; mkdir /etc/app; printf "password=%s\\n" "$DB_PASSWORD" >/etc/app/none'
`,
  },
  {
    name: "a-clone-that-keeps-its-git",
    image: "debian:bookworm",
    script: `
git init -q repo && cd repo && git config user.email a@b.invalid && git config user.name me
for i in 1 2 3; do echo $i >f$i; git add . ; git commit -qm "c$i"; done; git tag v1; cd ..
dodo sh -c 'apt-get update -qq; apt-get install -y -qq --no-install-recommends git >/dev/null; rm -rf /var/lib/apt/lists/*'
git clone -q --bare repo container/srv/app.git
dodo git config --system --add safe.directory '*'
dodo git clone -q file:///srv/app.git /opt/app
dodo -w /opt/app git checkout -q v1
sed -i s/3/three/ container/opt/app/f3
`,
  },
  {
    name: "compiled-installed-and-cleaned",
    image: "debian:bookworm",
    script: `
dodo sh -c 'apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev make'
mkdir -p container/usr/src/hello; cat >container/usr/src/hello/hello.c <<'E'
#include <stdio.h>
int main(void) { puts("hello"); return 0; }
E
printf 'hello: hello.c\\n\\t$(CC) -O2 -o $@ $<\\ninstall: hello\\n\\tinstall -D -m 755 hello $(DESTDIR)/usr/local/bin/hello\\n\\tinstall -D -m 644 hello.1 /usr/local/share/man/man1/hello.1\\n' >container/usr/src/hello/Makefile
echo '.TH HELLO 1' >container/usr/src/hello/hello.1
cd container/usr/src/hello
dodo make
dodo make install
cd ../../../..
dodo hello
dodo rm -rf /usr/src/hello
dodo apt-get purge -y --auto-remove gcc libc6-dev make
dodo apt-get clean
`,
  },
];
