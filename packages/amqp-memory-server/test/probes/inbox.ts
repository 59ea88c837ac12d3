import type { Message } from "amqplib";

/** Collects what one consumer is given, and lets a probe wait for a number of messages. */
export class Inbox {
  consumerTag = "";
  /** Messages given and not yet taken. */
  readonly waiting: Message[] = [];
  /** The server cancelled the consumer. */
  cancelled = false;
  private notify: (() => void) | undefined;

  put(message: Message | null): void {
    if (message) this.waiting.push(message);
    else this.cancelled = true;
    this.notify?.();
  }

  /** The next `count` messages; fewer if they do not come in time, so that a probe records what it got. */
  async take(count: number, patienceMs = 3_000): Promise<Message[]> {
    await this.when(() => this.waiting.length >= count, patienceMs);
    return this.waiting.splice(0, count);
  }

  async takeOne(): Promise<Message> {
    const [message] = await this.take(1);
    if (!message) throw new Error("a message was expected and none came");
    return message;
  }

  async untilCancelled(): Promise<boolean> {
    await this.when(() => this.cancelled, 3_000);
    return this.cancelled;
  }

  private async when(condition: () => boolean, patienceMs: number): Promise<void> {
    const deadline = Date.now() + patienceMs;
    while (!condition() && Date.now() < deadline) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.max(1, deadline - Date.now()));
        this.notify = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}
