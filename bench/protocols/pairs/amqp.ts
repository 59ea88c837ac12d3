import { randomUUID } from "node:crypto";
import { type ConfirmChannel, connect } from "amqplib";
import { loadConfig } from "../../../config/load.ts";
import { AmqpClient } from "../../../protocols/amqp/client.ts";
import { requestOptions } from "../../../protocols/amqp/request.ts";
import { directReplyTo } from "../../../protocols/amqp/topology.ts";
import { adapter } from "../adapter.ts";
import { DEADLINE, type Pair, params, requestId } from "../way.ts";

/**
 * amqplib on both sides, with the same properties and the same care: the request mandatory and confirmed, the answer to the
 * direct reply-to confirmed too, and then the request acknowledged.
 */
export const amqp: Pair = {
  adapter: adapter((broker) => new AmqpClient(broker)),
  bare: {
    async serve() {
      const channel = await openChannel();
      const queue = `bench.${randomUUID()}`;
      await channel.assertQueue(queue, { durable: true, expires: 60_000 });
      await channel.prefetch(200);
      await channel.consume(queue, (message) => {
        if (message === null) return;
        const { payload } = JSON.parse(message.content.toString("utf8")) as typeof params;
        const { replyTo, correlationId, headers } = message.properties;
        const options = { contentType: "application/json", correlationId, headers: { ...headers, "x-node": "bare" } };
        const content = Buffer.from(JSON.stringify({ payload }));
        channel.publish("", replyTo, content, options, () => channel.ack(message));
      });
      return queue;
    },
    async connect(queue) {
      const channel = await openChannel();
      const waiting = new Map<string, (value: unknown) => void>();
      let last = 0;
      await channel.consume(
        directReplyTo,
        (message) => {
          const id = message?.properties.correlationId;
          waiting.get(id)?.(JSON.parse(String(message?.content)));
          waiting.delete(id);
        },
        { noAck: true },
      );
      return () =>
        new Promise((resolve, reject) => {
          const correlationId = String(++last);
          waiting.set(correlationId, resolve);
          const content = Buffer.from(JSON.stringify(params));
          const call = { deadline: DEADLINE, requestId: requestId() };
          const options = requestOptions("lab.echo", call, { correlationId, messageId: `bench-${correlationId}` });
          channel.publish("", queue, content, options, (error) => {
            if (error) reject(error);
          });
        });
    },
  },
};

async function openChannel(): Promise<ConfirmChannel> {
  const connection = await connect(loadConfig().rabbitUrl, { noDelay: true });
  return connection.createConfirmChannel();
}
