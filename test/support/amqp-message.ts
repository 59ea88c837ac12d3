import type { ConsumeMessage, MessageProperties } from "amqplib";

/** A message as amqplib hands it to a consumer. */
export const messageWith = (
  content: string | Buffer,
  properties: Partial<MessageProperties> = {},
  redelivered = false,
): ConsumeMessage =>
  ({
    content: Buffer.from(content as string),
    fields: { redelivered },
    properties: { headers: {}, ...properties },
  }) as unknown as ConsumeMessage;
