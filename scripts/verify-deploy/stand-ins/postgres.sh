# Sets the volume up at the first start, as the real image does.
set -e
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  install -d -o postgres -m 700 "$PGDATA"
  install -o postgres -m 600 "$POSTGRES_PASSWORD_FILE" /tmp/password
  su postgres -s /bin/sh -c "PATH=$PATH initdb -D $PGDATA -U $POSTGRES_USER --pwfile=/tmp/password -A scram-sha-256 --auth-local=trust -E UTF8" >/dev/null
  echo "host all all all scram-sha-256" >>"$PGDATA/pg_hba.conf"
  su postgres -s /bin/sh -c "echo 'create database $POSTGRES_DB' | PATH=$PATH postgres --single -D $PGDATA postgres" >/dev/null
  rm /tmp/password
fi
exec setpriv --reuid=postgres --regid=postgres --init-groups postgres -D "$PGDATA" -c listen_addresses='*' -c max_connections=200
