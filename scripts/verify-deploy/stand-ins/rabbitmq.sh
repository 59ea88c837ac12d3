# The volume is root's at the first start, unless who starts it sees to that.
set -e
if [ "$(id -u)" = 0 ]; then
  chown -R rabbitmq:rabbitmq /var/lib/rabbitmq
  exec setpriv --reuid=rabbitmq --regid=rabbitmq --init-groups sh "$0"
fi
export HOME=/var/lib/rabbitmq RABBITMQ_LOGS=-
exec /usr/lib/rabbitmq/bin/rabbitmq-server
