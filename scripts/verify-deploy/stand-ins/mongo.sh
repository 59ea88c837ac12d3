# FerretDB: MongoDB's protocol on SQLite. Users and passwords are made at the first start, as the real image does.
exec ferretdb --handler=sqlite --sqlite-url=file:/data/db/ --state-dir=/data/db --listen-addr=:27017 --telemetry=disable --debug-addr=- --log-level=warn \
  --test-enable-new-auth --setup-database=admin --setup-username="$MONGO_INITDB_ROOT_USERNAME" --setup-password="${MONGO_INITDB_ROOT_PASSWORD:-$(cat "$MONGO_INITDB_ROOT_PASSWORD_FILE")}"
