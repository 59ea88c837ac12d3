import { randomUUID } from "node:crypto";
import { type ChannelModel, type ConsumeMessage, connect, type Options } from "amqplib";

export interface PlainReply {
  readonly headers: Record<string, unknown>;
  // biome-ignore lint/suspicious/noExplicitAny: whatever came
  readonly body: any;
}

/** Asks as RabbitMQ's tutorial on RPC does: a reply queue of its own, and a correlation id. */
export interface PlainClient {
  readonly connection: ChannelModel;
  ask(queue: string, body: unknown, properties?: Options.Publish): Promise<PlainReply>;
  stop(): Promise<void>;
}

/** @param direct uses amq.rabbitmq.reply-to in place of a queue */
export async function plainClient(url: string, { direct = false } = {}): Promise<PlainClient> {
  const connection = await connect(url);
  connection.on("error", () => {}); // Its end is the test's.
  const channel = await connection.createChannel();
  const replyTo = direct
    ? "amq.rabbitmq.reply-to"
    : (await channel.assertQueue("", { exclusive: true, autoDelete: true })).queue;
  const waiting = new Map<unknown, (message: ConsumeMessage) => void>();
  const refused = new Map<unknown, (error: Error) => void>();
  channel.on("return", ({ fields, properties }) =>
    refused.get(properties.correlationId)?.(new Error(`there is no queue ${fields.routingKey}`)),
  );
  await channel.consume(replyTo, (reply) => reply && waiting.get(reply.properties.correlationId)?.(reply), {
    noAck: true,
  });
  return {
    connection,
    ask(queue, body, properties = {}) {
      const { correlationId = randomUUID() } = properties;
      const content =
        body instanceof Buffer ? body : Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
      return new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error("no reply within 10 s")), 10_000);
        refused.set(correlationId, reject);
        waiting.set(correlationId, (reply) => {
          clearTimeout(late);
          resolve({ headers: reply.properties.headers ?? {}, body: JSON.parse(reply.content.toString()) });
        });
        channel.sendToQueue(queue, content, { replyTo, mandatory: true, ...properties, correlationId });
      });
    },
    stop: () => connection.close(),
  };
}
