. "$(dirname "$0")/../lib.sh"; run 8080; wait_http /; has root "hello perl 5" get /; has json '"ok":1' get /json; fin
