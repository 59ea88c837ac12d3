import type { ConfirmChannel, Options } from "amqplib";

/** A message on its way out. */
export interface Outgoing {
  readonly exchange: string;
  readonly routingKey: string;
  readonly content: Buffer;
  readonly options: Options.Publish;
}

/** Resolves when the broker has taken responsibility. @throws what the channel says: it closed, or the broker refused */
export function publishConfirmed(channel: ConfirmChannel, message: Outgoing): Promise<void> {
  const { exchange, routingKey, content, options } = message;
  return new Promise((resolve, reject) => {
    channel.publish(exchange, routingKey, content, options, (error: Error | null) =>
      error === null ? resolve() : reject(error),
    );
  });
}

/** The broker's own refusal, as told from amqplib's "channel closed". */
export const isRefusal = (error: Error): boolean => error.message === "message nacked";
