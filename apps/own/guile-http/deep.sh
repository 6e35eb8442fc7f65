. "$(dirname "$0")/../lib.sh"; run 8085; wait_http /
has late "late  1.50" get /late; has fold 6 get /json; has regex match get /regex; has sxml "<a>b</a>" get /sxml; has pipe piped get /pipe; has nothing nothing get /nope
has eval 42 docker exec $NAME guile -c '(display (+ 40 2))'; fin
