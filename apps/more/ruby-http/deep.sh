. "$(dirname "$0")/../lib.sh"; run 9292; wait_http /
has json '"ok":true' get /json; has yaml '[1, 2]' get /yaml; has sha e3b0c442 get /sha; has ca "ca ok" get /ca; has sjis "4 sjis" get /sjis; has zlib "z abc" get /zlib; has csv '"a", "b"' get /csv
has tz CET get /tz; has lazy "late ruby" get /lazy; has big "0.15e1" get /set; has boom "five hundred" get /boom; has nf 404 get /nope -o /dev/null -w '%{http_code}'
has cli 42 docker exec $NAME ruby -e 'puts 40+2'; has user 1500 docker exec $NAME id -u
docker stop -t 5 $NAME >/dev/null; has stopped false docker inspect -f '{{.State.Running}}' $NAME; fin
