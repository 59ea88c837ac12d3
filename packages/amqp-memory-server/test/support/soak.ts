/**
 * A process of its own: puts messages through a server in every way and prints, as JSON, what memory there was before
 * and after. `node --expose-gc soak.ts MESSAGES`
 */
import { setTimeout as sleep } from "node:timers/promises";
import { longstr } from "../../src/codec/fields.ts";
import { AmqpMemoryServer } from "../../src/index.ts";
import { memoryInUse } from "./memory.ts";
import { encode, WireClient } from "./wire-client.ts";

const pairs = 4;
const batch = 500;
/** Batches published and not yet confirmed or consumed. */
const inFlight = 4;
const persistent = Buffer.from([0x10, 0x00, 2]);

/** A publisher with confirms and a consumer that refuses and returns some of what it gets. */
class Pair {
  confirmed = 0;
  settled = 0;
  #returned = 0;
  #expected = 0;
  readonly #queue: string;
  readonly #publisher: WireClient;
  readonly #consumer: WireClient;

  private constructor(queue: string, publisher: WireClient, consumer: WireClient) {
    this.#queue = queue;
    this.#publisher = publisher;
    this.#consumer = consumer;
  }

  static async open(port: number, index: number): Promise<Pair> {
    const pair = new Pair(`soak-${index}`, await WireClient.open(port), await WireClient.open(port));
    await pair.#start();
    return pair;
  }

  /** Publishes and waits until every message is confirmed and settled. */
  async run(messages: number): Promise<void> {
    this.#expected = messages;
    const target = { exchange: "", routingKey: this.#queue, mandatory: true, immediate: false };
    const message = encode(1, "basic.publish", target, { body: Buffer.alloc(100, 7), properties: persistent });
    const together = Buffer.concat(Array.from({ length: batch }, () => message));
    for (let published = 0; published < messages; published += batch) {
      while (published - Math.min(this.confirmed, this.settled) > inFlight * batch) await sleep(1);
      this.#publisher.socket.write(together);
    }
    while (Math.min(this.confirmed, this.settled) < messages) await sleep(1);
  }

  async close(): Promise<void> {
    this.#consumer.onHeard = undefined;
    this.#publisher.onHeard = undefined;
    await this.#consumer.close();
    this.#publisher.send("queue.delete", { queue: this.#queue, ifUnused: false, ifEmpty: false, nowait: false });
    await this.#publisher.next("queue.delete-ok");
    await this.#publisher.close();
  }

  async #start(): Promise<void> {
    const args = { "x-dead-letter-exchange": longstr(""), "x-dead-letter-routing-key": longstr("soak-dead") };
    await this.#publisher.declare(this.#queue, new Map(Object.entries(args)));
    await this.#publisher.call("confirm.select", { nowait: false });
    this.#publisher.onHeard = ({ method }) => {
      if (method.name === "basic.ack") this.confirmed = method.deliveryTag;
      else throw new Error(`the publisher heard ${method.name}`);
    };
    await this.#consumer.consume(this.#queue, { prefetch: 300 });
    this.#consumer.onHeard = ({ method }) => {
      if (method.name !== "basic.deliver") throw new Error(`the consumer heard ${method.name}`);
      this.#settle(method.deliveryTag, method.redelivered);
    };
  }

  /** Of a hundred deliveries the last goes back once, the one before it dies, the others are acknowledged together. */
  #settle(deliveryTag: number, redelivered: boolean): void {
    const last = deliveryTag - this.#returned === this.#expected;
    if (last) this.#consumer.send("basic.ack", { deliveryTag, multiple: true });
    else if (deliveryTag % 100 === 0) {
      this.#consumer.send("basic.nack", { deliveryTag: deliveryTag - 1, multiple: false, requeue: false });
      if (!redelivered) {
        this.#returned++;
        this.#consumer.send("basic.reject", { deliveryTag, requeue: true });
      }
      this.#consumer.send("basic.ack", { deliveryTag: redelivered ? deliveryTag : deliveryTag - 2, multiple: true });
    } else return;
    this.settled = deliveryTag - this.#returned;
  }
}

async function soak(port: number, messages: number): Promise<void> {
  const undertaker = await WireClient.open(port);
  await undertaker.declare("soak-dead");
  await undertaker.consume("soak-dead", { noAck: true });
  undertaker.onHeard = () => {};
  const all = await Promise.all(Array.from({ length: pairs }, (_, index) => Pair.open(port, index)));
  await Promise.all(all.map((pair) => pair.run(messages / pairs)));
  await Promise.all(all.map((pair) => pair.close()));
  undertaker.onHeard = undefined;
  undertaker.send("queue.delete", { queue: "soak-dead", ifUnused: false, ifEmpty: false, nowait: false });
  await undertaker.next("queue.delete-ok");
  await undertaker.close();
}

const server = await AmqpMemoryServer.create({ port: 0 });
// What is compiled and pooled once is there from the first tenth of a run on.
await soak(server.port, 100_000);
await sleep(100);
const before = memoryInUse();
const since = Date.now();
await soak(server.port, Number(process.argv[2]));
const seconds = (Date.now() - since) / 1000;
await sleep(100);
const after = memoryInUse();
const { connections, channels, queues, memory, messages } = server.stats();
process.stdout.write(JSON.stringify({ before, after, seconds, connections, channels, queues, memory, messages }));
await server.stop();
