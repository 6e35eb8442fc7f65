#!/bin/bash
set -e
export PATH="$PATH:/usr/lib/postgresql/15/bin"
if [ "$(id -u)" = 0 ]; then
  mkdir -p "$PGDATA" /var/run/postgresql; chown -R postgres "$PGDATA" /var/run/postgresql; chmod 700 "$PGDATA"
  exec gosu postgres "$0" "$@"
fi
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  initdb -D "$PGDATA" -U postgres --auth=trust >/dev/null
  echo "host all all all trust" >> "$PGDATA/pg_hba.conf"
fi
exec "$@" -c listen_addresses='*'
