. "$(dirname "$0")/../lib.sh"; run 8088; wait_http /
has sha E3B0C442 get /sha; has os "from shell" get /os; has unicode 2 get /unicode; has zlib zipped get /zlib; has regexp bc get /regexp; has time 1970-01-01T get /time; has ssl "ssl started" get /ssl; has digraph 1 get /digraph
has eval 42 docker exec $NAME erl -noshell -eval 'io:format("~p", [40+2]), halt().'; has nothing nothing get /nope; fin
