import assert from "node:assert/strict";
import { encode, WireClient } from "./wire-client.ts";

/** A well-behaved client beside others: message after message published, confirmed, received and acknowledged in order. */
export class Bystander {
  readonly queue = "bystander's own";
  rounds = 0;
  #running: Promise<void> | undefined;
  #stop = false;
  readonly #client: WireClient;

  private constructor(client: WireClient) {
    this.#client = client;
  }

  static async start(port: number): Promise<Bystander> {
    const bystander = new Bystander(await WireClient.open(port));
    await bystander.#open();
    bystander.#running = bystander.#run();
    // Whoever stops the bystander hears of its failure; until then it is no unhandled rejection.
    bystander.#running.catch(() => {});
    return bystander;
  }

  /** Throws what went wrong, if anything did. */
  async stop(): Promise<void> {
    this.#stop = true;
    await this.#running;
    await this.#client.close();
  }

  async #open(): Promise<void> {
    const flags = { passive: false, durable: false, exclusive: true, autoDelete: false, nowait: false };
    await this.#client.call("queue.declare", { queue: this.queue, ...flags, arguments: new Map() });
    await this.#client.call("confirm.select", { nowait: false });
    await this.#client.consume(this.queue, { prefetch: 1, consumerTag: "bystander" });
  }

  async #run(): Promise<void> {
    while (!this.#stop) {
      const body = `round ${++this.rounds}`;
      const target = { exchange: "", routingKey: this.queue, mandatory: true, immediate: false };
      this.#client.socket.write(encode(1, "basic.publish", target, { body }));
      const answers = [await this.#client.next(), await this.#client.next()];
      const names = answers.map(({ method }) => method.name).sort();
      assert.deepEqual(names, ["basic.ack", "basic.deliver"], "the bystander was disturbed");
      const delivered = answers.find(({ method }) => method.name === "basic.deliver");
      assert(delivered?.method.name === "basic.deliver");
      assert.equal(delivered.body.toString(), body);
      assert.equal(delivered.method.redelivered, false);
      this.#client.send("basic.ack", { deliveryTag: delivered.method.deliveryTag, multiple: false });
    }
  }
}
