. "$(dirname "$0")/../lib.sh"; run 8000; wait_http /; has root "hello python 3" get /; has json '"ok": true' get /json; fin
