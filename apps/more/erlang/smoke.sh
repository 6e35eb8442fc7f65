. "$(dirname "$0")/../lib.sh"; run 8088; wait_http /; has root "hello erlang" get /; fin
