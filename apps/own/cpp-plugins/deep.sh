. "$(dirname "$0")/../lib.sh"; run 8081; wait_http /
has count "count 4" get /count; has message "in english" get /message; has german "komma ," get /german; has tz EST get /tz; has latin "latin ok" get /latin; has user "uid 1" get /user
has host "host ok" get /host; has shell "shell ok" get /shell; has nf 404 get /nope -o /dev/null -w '%{http_code}'
docker stop -t 5 $NAME >/dev/null; has exitcode 0 docker inspect -f '{{.State.ExitCode}}' $NAME; fin
