import { type ChannelModel, connect } from "amqplib";

export interface CaughtEvent {
  readonly id: string;
  readonly routingKey: string;
  readonly requestId: unknown;
  readonly traceparent: unknown;
  readonly name: string;
  readonly data: string;
}

/** A plain consumer of everything that passes the topic exchange, as another system would be. */
export async function catchEvents(url: string): Promise<{ readonly events: CaughtEvent[]; stop(): Promise<void> }> {
  const connection: ChannelModel = await connect(url);
  connection.on("error", () => {}); // Its end is the test's.
  const channel = await connection.createChannel();
  await channel.assertExchange("logs_topic", "topic", { durable: true });
  const { queue } = await channel.assertQueue("", { exclusive: true });
  await channel.bindQueue(queue, "logs_topic", "#");
  const events: CaughtEvent[] = [];
  await channel.consume(
    queue,
    (message) => {
      if (message === null) return;
      events.push({
        ...(JSON.parse(message.content.toString()) as { name: string; data: string }),
        id: String(message.properties.messageId),
        routingKey: message.fields.routingKey,
        requestId: message.properties.headers?.["x-request-id"],
        traceparent: message.properties.headers?.traceparent,
      });
    },
    { noAck: true },
  );
  return { events, stop: () => connection.close() };
}
