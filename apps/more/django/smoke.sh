. "$(dirname "$0")/../lib.sh"; run 8000; wait_http /; has home "home of the shop" get /; fin
