. "$(dirname "$0")/../lib.sh"; run 8081; wait_http /; has root "hello plugins" get /; has upper ABC get /upper; fin
