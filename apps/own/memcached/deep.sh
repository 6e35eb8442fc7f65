. "$(dirname "$0")/../lib.sh"; run 11211; ask(){ exec 3<>/dev/tcp/127.0.0.1/$HP && printf "$1\r\nquit\r\n" >&3 && timeout 3 cat <&3; }
WAITN=50 wait_cmd ask version
has stats uptime ask stats; has slabs active_slabs ask 'stats slabs'; has incr 6 ask 'set n 0 0 1\r\n5\r\nincr n 1'; has flush OK ask flush_all
has help "memcached 1" docker exec $NAME memcached -V; has user memcache docker exec $NAME id -un
docker stop -t 5 $NAME >/dev/null; has exitcode 0 docker inspect -f '{{.State.ExitCode}}' $NAME; fin
