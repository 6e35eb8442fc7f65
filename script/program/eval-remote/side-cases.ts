import type { RemoteCase } from "./cases.ts";

/** Work on a container by several ways at a time; these need no network. */
export const sideCases: readonly RemoteCase[] = [
  {
    name: "a-shell-here-and-an-editor-there",
    image: "debian:bookworm",
    script: `
dodo sh -c 'mkdir -p /srv/side; echo a=1 >/srv/side/conf'
mkfifo typed
export -f cooper
SHELL=/bin/bash script -qec 'cooper dev shell' /dev/null <typed >shown &
exec 7>typed
has() { for _ in $(seq 600); do dodo sh -c "$1" '#nohist' 2>/dev/null && return; sleep 0.1; done; return 1; }
printf 'cd /srv/side\\ntouch ready\\n' >&7
has 'test -e /srv/side/ready'
sed -i s/a=1/a=2/ container/srv/side/conf
printf 'cp conf seen; mkdir made; touch done-1\\n' >&7
has 'test -e /srv/side/done-1'
echo from-here >container/srv/side/made/file
dodo sh -c 'cat /srv/side/made/file >/srv/side/by-dodo'
printf 'cat made/file by-dodo >both; rm ready; touch done-2\\n' >&7
has 'test -e /srv/side/done-2'
mv container/srv/side/made container/srv/side/moved
printf 'mv moved again; chmod 700 again\\nexit\\n' >&7
exec 7>&-
wait
dodo ls -R /srv/side
`,
  },
  {
    name: "one-container-and-two-sessions",
    image: "debian:bookworm",
    script: `
dodo mkdir -p /srv/two
mkdir other; cd other; cooper dev init other-desk >/dev/null; cooper dev attach -s other-desk "$(cooper dev status -s one-container-and-two-sessions --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["sessions"][0]["container"])')" >/dev/null; cd ..
dodo -s one-container-and-two-sessions sh -c 'echo 1 >/srv/two/a'
dodo -s other-desk sh -c 'echo 2 >>/srv/two/a; echo 2 >/srv/two/b'
echo here >container/srv/two/c
dodo -s other-desk sh -c 'cat /srv/two/c >>/srv/two/b'
echo there >other/container/srv/two/d
dodo -s one-container-and-two-sessions sh -c 'cat /srv/two/d >>/srv/two/a; rm /srv/two/c'
for i in 1 2 3; do dodo -s other-desk sh -c "echo x$i >>/srv/two/log"; dodo -s one-container-and-two-sessions sh -c "echo y$i >>/srv/two/log"; done
cooper dev rm -f other-desk
`,
  },
  {
    name: "out-and-in-again",
    image: "debian:bookworm",
    script: `
mv container/etc/issue . && echo more >>issue && mv issue container/etc/issue
cp -a container/etc/pam.d pam && sed -i 's/^#.*//' pam/login && rm pam/su && cp -a pam container/srv/pam
cooper dev cp :/etc/skel skel && echo x >skel/.extra && cooper dev cp skel :/srv/skel
mkdir -p tree/a && echo 1 >tree/a/1 && chmod 750 tree/a && cooper dev cp tree :/srv/tree
tar -C tree -czf tree.tgz a && dodo sh -c 'mkdir /srv/unpacked; tar -C /srv/unpacked -xzf -' <tree.tgz
dodo tar -C /etc -cf - skel | tar -xf - && echo y >skel/.y && tar -cf - skel | dodo tar -C /opt -xf -
head -c 3000000 /dev/zero >container/srv/big && dodo sh -c 'wc -c </srv/big >/srv/size'
dodo sh -c 'cat >/srv/run; sh /srv/run' <<'EOF'
echo from a script >/srv/ran
EOF
dodo perl - <<'EOF'
open(my $f, ">", "/srv/perl"); print $f "perl\\n"; close $f;
EOF
cat container/srv/ran | dodo tee /srv/tee | tee local | dodo -w /opt sh -c 'cat >copy'
`,
  },
  {
    name: "not-root-and-a-volume",
    image: "-u 33:33 -w /var/www -e APP=web -v /var/lib/data debian:bookworm",
    script: `
dodo sh -c 'id -u >/tmp/id; echo $APP >/tmp/app'
dodo -u 0 sh -c 'mkdir -p /var/www/html && chown -R www-data /var/www'
dodo sh -c 'echo "$APP $PWD" >html/index.html; umask 077; mkdir html/private'
echo local >container/var/www/html/local.html
chown 33:33 container/var/www/html/local.html
echo rooted >container/var/www/html/rooted.html
dodo sh -c 'cat html/*.html >html/all; echo >>html/rooted.html' || true
dodo -u root sh -c 'echo data >/var/lib/data/file; echo conf >/etc/web.conf'
chmod 640 container/etc/web.conf && chown 0:33 container/etc/web.conf
dodo cat /etc/web.conf
dodo cp /etc/web.conf html/copy
`,
  },
];
