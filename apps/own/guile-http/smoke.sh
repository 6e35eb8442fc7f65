. "$(dirname "$0")/../lib.sh"; run 8085; wait_http /; has root "hello guile" get /; fin
