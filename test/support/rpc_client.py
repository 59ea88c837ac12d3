"""RabbitMQ's sixth tutorial (remote procedure call) in Python, with pika: what it sends, and a type that names the operation.

Usage: rpc_client.py URL QUEUE TYPE BODY   Prints the reply's headers and body as one line of JSON. An empty TYPE sends none.
"""

import json
import sys
import uuid

import pika


class RpcClient:
    def __init__(self, url):
        self.connection = pika.BlockingConnection(pika.URLParameters(url))
        self.channel = self.connection.channel()
        result = self.channel.queue_declare(queue="", exclusive=True)
        self.callback_queue = result.method.queue
        self.channel.basic_consume(queue=self.callback_queue, on_message_callback=self.on_response, auto_ack=True)
        self.response = None
        self.corr_id = None

    def on_response(self, ch, method, props, body):
        if self.corr_id == props.correlation_id:
            self.response = {"headers": props.headers, "body": json.loads(body)}

    def call(self, queue, operation, body):
        self.response = None
        self.corr_id = str(uuid.uuid4())
        self.channel.basic_publish(
            exchange="",
            routing_key=queue,
            properties=pika.BasicProperties(
                type=operation or None, reply_to=self.callback_queue, correlation_id=self.corr_id
            ),
            body=body,
        )
        self.connection.process_data_events(time_limit=10)
        while self.response is None:
            self.connection.process_data_events(time_limit=10)
        return self.response


url, queue, operation, body = sys.argv[1:]
print(json.dumps(RpcClient(url).call(queue, operation, body)))
