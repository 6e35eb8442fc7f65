. "$(dirname "$0")/../lib.sh"; run 9292; wait_http /; has root "hello ruby 3" get /; has page "hi erb" get /page; fin
