. "$(dirname "$0")/../lib.sh"; run 80; wait_http /s.html; has static static get /s.html; has hello "hello cgi 5" get "/cgi-bin/app.pl/hello?a=5"; fin
