. "$(dirname "$0")/../lib.sh"; run 8404; wait_http /
has lua "lua says HI" get /lua; has own "our own 503" get /x; has stats "Statistics Report" get /stats; has check valid docker exec $NAME sh -c 'haproxy -c -f /etc/haproxy/haproxy.cfg && echo valid'
has version HAProxy docker exec $NAME haproxy -v; docker kill -s USR2 $NAME >/dev/null; sleep 1; has reloaded "hello balancer" get /
docker stop -t 5 $NAME >/dev/null; has stopped false docker inspect -f '{{.State.Running}}' $NAME; fin
