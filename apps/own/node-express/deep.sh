. "$(dirname "$0")/../lib.sh"; run 8080; wait_http /
has page "ejs page" get /page; has static "static file" get /public/s.txt; has echo "got 5" get /echo -d a=5; has jecho "got 6" get /echo -H "content-type: application/json" -d "{\"a\":6}"; has yaml "a:" get /yaml; has chunk "[[1,2],[3]]" get /chunk; has uuid "uuid 36" get /late; has ws "ws open" get /ws
has boom 500 get /boom -o /dev/null -w "%{http_code}"; has redir 302 get /redir -o /dev/null -w "%{http_code}"; has dl attachment get /dl -i; has nf "Cannot GET" get /nope; has br "br " get /brotli; has sh utc get /sh; has gz 404 get /nope -H "accept-encoding: gzip" -o /dev/null -w "%{http_code}"
has cli 42 docker exec $NAME node -p 40+2; docker stop -t 5 $NAME >/dev/null; has exit 0 docker inspect -f "{{.State.ExitCode}}" $NAME; fin
