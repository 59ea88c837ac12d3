#!/bin/sh
# Makes the stack's secrets in this swarm, with new random passwords: sh deploy/make-secrets.sh
# SECRETS=2 makes a second set beside the first, for a change of passwords. MAIL_PASSWORD is your mail server's, if it has one;
# SESSION_KEY the key that sessions are signed with, when they are to go on.
# POSTGRES_PASSWORD, MONGO_PASSWORD and RABBITMQ_PASSWORD are passwords of your own, of letters and digits, as they stand in URLs;
# DSN, MONGO_URL and RABBIT_URL servers of your own.
set -eu
set_number=${SECRETS:-1}

random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
create() {
  printf %s "$2" | docker secret create "sixfold_$1_$set_number" - >/dev/null
  made="$made sixfold_$1_$set_number"
}

# The whole set, or nothing of it: Docker refuses a name that is there.
made=
finish() {
  [ "$1" = 0 ] && return
  # shellcheck disable=SC2086 # Names, one a word.
  [ -z "$made" ] || docker secret rm $made >/dev/null || true
  echo "Set $set_number is not made. Where it is there already (docker secret ls), SECRETS names another." >&2
}
trap 'finish $?' EXIT
trap 'exit 1' HUP INT TERM

postgres=${POSTGRES_PASSWORD:-$(random)}
mongo=${MONGO_PASSWORD:-$(random)}
rabbit=${RABBITMQ_PASSWORD:-$(random)}
create postgres_password "$postgres"
create dsn "${DSN:-host=postgres port=5432 user=sixfold password=$postgres dbname=users sslmode=disable}"
create mongo_password "$mongo"
create mongo_url "${MONGO_URL:-mongodb://sixfold:$mongo@mongo:27017/?authSource=admin}"
create rabbit_url "${RABBIT_URL:-amqp://sixfold:$rabbit@rabbitmq:5672}"
create rabbitmq_conf "$(printf 'default_user = sixfold\ndefault_pass = %s\n' "$rabbit")"
create mail_password "${MAIL_PASSWORD:-$(random)}"
create session_key "${SESSION_KEY:-$(random)$(random)}"
echo "Set $set_number of the secrets is made."
