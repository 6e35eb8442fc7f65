. "$(dirname "$0")/../lib.sh"; run 5432; P="psql -h 127.0.0.1 -p $HP -U postgres -At"; wait_cmd $P -c 'select 1'
has one 3 $P -c 'select 1+2'; has table 7 $P -c 'create table t(a int); insert into t values (3),(4); select sum(a) from t'; fin
