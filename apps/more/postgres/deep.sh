. "$(dirname "$0")/../lib.sh"; run 5432; P="psql -h 127.0.0.1 -p $HP -U postgres -At"; wait_cmd $P -c 'select 1'
has extension CREATE $P -c 'create extension pgcrypto'; has crypt e3b0c442 $P -c "create extension if not exists pgcrypto; select encode(digest('','sha256'),'hex')"
has tz CET $P -c "set timezone='Europe/Paris'; select to_char(timestamptz '2024-01-01 00:00+0','TZ')"; has fts "'fat'" $P -c "select to_tsvector('english','fat cats')"
has plpgsql "note 5" $P -c "do \$\$ begin raise notice 'note %', 5; end \$\$"; has icu "f" $P -c "select 'a' > 'B' collate \"und-x-icu\""; has latin LATIN1 $P -c "set client_encoding='LATIN1'; show client_encoding"
has regexp "{b}" $P -c "select regexp_match('abc','b')"; has xml "<a/>" $P -c "select xmlparse(content '<a/>')"; has explain Seq $P -c 'create table u(a int); explain select * from u'
has cli 5 docker exec $NAME psql -U postgres -h 127.0.0.1 -At -c 'select 2+3'; has ready accepting docker exec $NAME pg_isready -h 127.0.0.1; has dump "PostgreSQL database dump" docker exec $NAME pg_dump -U postgres -h 127.0.0.1
docker restart -t 10 $NAME >/dev/null; wait_cmd $P -c 'select 1'; has again 3 $P -c 'select 3'; fin
