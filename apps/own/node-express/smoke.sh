. "$(dirname "$0")/../lib.sh"; run 8080; wait_http /; has root "hello express" get /; has json "\"ok\":true" get /json; fin
