. "$(dirname "$0")/../lib.sh"; run 8080; wait_http /
has lazy "late module" get /lazy; has sjis "4 sjis" get /sjis; has sha e3b0c442 get /sha; has tz JST get /tz; has posix "floor 3" get /posix; has unicode "greek yes" get /unicode
has template "<1><2>" get /template; has gz gz get /gz; has time "epoch 0" get /time; has sub "sub ok" get /sub; has nf 404 get /nope -o /dev/null -w '%{http_code}'
has cli 42 docker exec $NAME perl -MList::Util=sum -e 'print sum(40,2)'; fin
