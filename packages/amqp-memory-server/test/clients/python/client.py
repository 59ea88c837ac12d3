"""What a Python service does with an AMQP server, through pika. Prints a line for each step that went well.

Usage: client.py URL [--restart]   With --restart the server is stopped after "waiting" and started again after "closed".
"""

import sys
import time
import uuid

import pika
from pika.exceptions import AMQPConnectionError, ChannelClosedByBroker, ConnectionClosedByBroker, UnroutableError

MIB = 1024 * 1024


def step(name):
    print(name, flush=True)


def unique(what):
    return f"clients.pika.{what}.{uuid.uuid4().hex}"


def collect(connection, received, count):
    deadline = time.monotonic() + 10
    while len(received) < count:
        assert time.monotonic() < deadline, f"{len(received)} of {count} messages came"
        connection.process_data_events(time_limit=0.1)


def publishes_and_consumes(connection):
    channel = connection.channel()
    channel.confirm_delivery()
    queue = channel.queue_declare("", exclusive=True).method.queue
    exchange = unique("exchange")
    channel.exchange_declare(exchange, "topic", auto_delete=True)
    channel.queue_bind(queue, exchange, "order.*")
    for number in range(20):
        properties = pika.BasicProperties(delivery_mode=2, headers={"number": number, "nested": {"list": [1, "two", None]}})
        channel.basic_publish(exchange, "order.made", b"#%d" % number, properties)
    received = []

    def on_message(channel, method, properties, body):
        assert properties.headers == {"number": len(received), "nested": {"list": [1, "two", None]}}, properties.headers
        received.append(body)
        channel.basic_ack(method.delivery_tag)

    channel.basic_consume(queue, on_message)
    collect(connection, received, 20)
    assert received == [b"#%d" % number for number in range(20)], received
    channel.close()
    step("publishes with confirms, consumes and acknowledges")


def holds_its_prefetch(connection):
    channel = connection.channel()
    channel.basic_qos(prefetch_count=3)
    queue = channel.queue_declare("", exclusive=True).method.queue
    for _ in range(10):
        channel.basic_publish("", queue, b"work")
    held = []
    channel.basic_consume(queue, lambda channel, method, properties, body: held.append(method.delivery_tag))
    connection.process_data_events(time_limit=0.2)
    assert len(held) == 3, held
    channel.basic_ack(held[0])
    collect(connection, held, 4)
    channel.close()
    step("holds no more than its prefetch")


def nacks_and_gets(connection):
    channel = connection.channel()
    queue = channel.queue_declare("", exclusive=True).method.queue
    channel.basic_publish("", queue, b"again")
    method, _, body = channel.basic_get(queue)
    assert (body, method.redelivered) == (b"again", False)
    channel.basic_nack(method.delivery_tag, requeue=True)
    method, _, body = channel.basic_get(queue)
    assert (body, method.redelivered) == (b"again", True)
    channel.basic_ack(method.delivery_tag)
    assert channel.basic_get(queue) == (None, None, None)
    channel.close()
    step("gets a nacked message again")


def is_handed_back_what_nobody_takes(connection):
    channel = connection.channel()
    channel.confirm_delivery()
    try:
        channel.basic_publish("", unique("nowhere"), b"back", mandatory=True)
        raise AssertionError("not returned")
    except UnroutableError as error:
        [message] = error.messages
        assert message.method.reply_code == 312 and message.body == b"back"
    channel.close()
    step("is handed back what no queue takes")


def calls_through_direct_reply(connection):
    server, caller = connection.channel(), connection.channel()
    queue = server.queue_declare("", exclusive=True).method.queue

    def on_request(channel, method, properties, body):
        reply = pika.BasicProperties(correlation_id=properties.correlation_id)
        channel.basic_publish("", properties.reply_to, body + b"!", reply)
        channel.basic_ack(method.delivery_tag)

    server.basic_consume(queue, on_request)
    replies = []
    caller.basic_consume(
        "amq.rabbitmq.reply-to",
        lambda channel, method, properties, body: replies.append((properties.correlation_id, body)),
        auto_ack=True,
    )
    request = pika.BasicProperties(reply_to="amq.rabbitmq.reply-to", correlation_id="7")
    caller.basic_publish("", queue, b"ask", request)
    collect(connection, replies, 1)
    assert replies == [("7", b"ask!")], replies
    server.close()
    caller.close()
    step("calls and answers through direct reply-to")


def carries_large_messages(connection):
    channel = connection.channel()
    channel.confirm_delivery()
    queue = channel.queue_declare("", exclusive=True).method.queue
    for size in (MIB, 10 * MIB):
        body = bytes(range(256)) * (size // 256)
        channel.basic_publish("", queue, body)
        _, _, received = channel.basic_get(queue, auto_ack=True)
        assert received == body
    channel.close()
    step("carries 1 MiB and 10 MiB unharmed")


def outlives_a_channel_error(connection):
    channel = connection.channel()
    try:
        channel.queue_declare(unique("missing"), passive=True)
        raise AssertionError("no error")
    except ChannelClosedByBroker as error:
        assert error.reply_code == 404, error
    connection.channel().close()
    step("works on after an error closed a channel")


def keeps_a_silent_connection(url):
    parameters = pika.URLParameters(url)
    parameters.heartbeat = 1
    connection = pika.BlockingConnection(parameters)
    connection.process_data_events(time_limit=3)
    connection.channel().close()
    connection.close()
    step("keeps a silent connection with heartbeats")


def lives_through_a_restart(url):
    connection = pika.BlockingConnection(pika.URLParameters(url))
    step("waiting")
    try:
        connection.process_data_events(time_limit=10)
        raise AssertionError("the connection was not closed")
    except ConnectionClosedByBroker as error:
        assert error.reply_code == 320, error
    step("closed")
    for _ in range(500):
        try:
            connection = pika.BlockingConnection(pika.URLParameters(url))
            break
        except AMQPConnectionError:
            time.sleep(0.02)
    connection.channel().queue_declare("again")
    connection.close()
    step("sees the server stop with 320 and connects to the next one")


def main():
    url = sys.argv[1]
    connection = pika.BlockingConnection(pika.URLParameters(url))
    publishes_and_consumes(connection)
    holds_its_prefetch(connection)
    nacks_and_gets(connection)
    is_handed_back_what_nobody_takes(connection)
    calls_through_direct_reply(connection)
    carries_large_messages(connection)
    outlives_a_channel_error(connection)
    connection.close()
    keeps_a_silent_connection(url)
    if "--restart" in sys.argv:
        lives_through_a_restart(url)


main()
