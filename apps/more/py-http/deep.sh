. "$(dirname "$0")/../lib.sh"; run 8000; wait_http /
has plugin "plugin one" get /plugin; has sql "sql 42" get /sql; has yaml "[1, 2]" get /yaml; has sjis "4 sjis" get /sjis; has zone JST get /zone; has tls "ca True" get /tls; has xml "xml b" get /xml
has pool "pool 3" get /pool; has dec 0.3 get /dec; has sub UTC get /sub; has boom "failed RuntimeError" get /boom; has nf 404 get /nope -o /dev/null -w '%{http_code}'
has health 200 docker exec $NAME python3 -c 'import urllib.request as u; print(u.urlopen("http://127.0.0.1:8000/").status)'; has tool '"a": 1' docker exec $NAME sh -c 'echo "{\"a\":1}" | python3 -m json.tool'
docker stop -t 5 $NAME >/dev/null; has exitcode 0 docker inspect -f '{{.State.ExitCode}}' $NAME; fin
