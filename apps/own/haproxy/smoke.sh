. "$(dirname "$0")/../lib.sh"; run 8404; wait_http /; has root "hello balancer" get /; has sha BA7816BF get /sha; fin
