/** What is measured, through the clients that people use and through the lean one. */
import amqplib, { type Channel, type ChannelModel, type ConfirmChannel } from "amqplib";
import { type BrokerOptions, ServiceBroker } from "moleculer";
import { leanConsume, leanPublish, leanRequest } from "./lean-scenarios.ts";
import { body, each, type Open, queueName, share, timed, toConsume } from "./scenario.ts";

const socketOptions = { noDelay: true };

/** Transient messages and queues on both sides: RabbitMQ is not charged for its disk. */
const publishConfirmed: Open = async (url, connections) => {
  const models = await connect(url, connections);
  const channels = await Promise.all(models.map((model) => model.createConfirmChannel()));
  await Promise.all(channels.map((channel, index) => declare(channel, index)));
  return {
    async round() {
      const round = await timed((again) =>
        Promise.all(channels.map((channel, index) => publishInto(channel, index, share(1000, connections), again))),
      );
      await Promise.all(channels.map((channel, index) => channel.purgeQueue(queueName(index))));
      return round;
    },
    close: () => close(models),
  };
};

const consumeAcknowledged: Open = async (url, connections) => {
  const models = await connect(url, connections);
  const channels = await Promise.all(models.map((model) => model.createConfirmChannel()));
  const count = share(toConsume, connections);
  await Promise.all(channels.map((channel, index) => declare(channel, index)));
  await Promise.all(channels.map((channel) => channel.prefetch(Math.max(20, share(500, connections)))));
  return {
    async round() {
      for (const [index, channel] of channels.entries()) {
        for (let sent = 0; sent < count; sent++) channel.sendToQueue(queueName(index), body);
        await channel.waitForConfirms();
      }
      const started = performance.now();
      await Promise.all(channels.map((channel, index) => consume(channel, index, count)));
      return { messages: count * connections, seconds: (performance.now() - started) / 1000 };
    },
    close: () => close(models),
  };
};

/** Callers on as many connections as asked, through direct reply-to; a tenth as many answer. */
const requestReply: Open = async (url, connections) => {
  const responders = await connect(url, share(connections, 10));
  await Promise.all(
    responders.map(async (model) => {
      const channel = await model.createChannel();
      await channel.assertQueue("bench.requests", { durable: false, autoDelete: true });
      const answer = (request: amqplib.ConsumeMessage | null): void => {
        if (request === null) return;
        const { replyTo, correlationId } = request.properties;
        channel.sendToQueue(replyTo, request.content, { correlationId });
      };
      await channel.consume("bench.requests", answer, { noAck: true });
    }),
  );
  const callers = await connect(url, connections);
  const calls = await Promise.all(callers.map(async (model) => caller(await model.createChannel())));
  return {
    round: () => timed((again) => Promise.all(calls.map((call) => inFlight(share(100, connections), call, again)))),
    close: () => close([...callers, ...responders]),
  };
};

/** Half of the nodes call, half answer; at least one of each. A node has one connection. */
const moleculerCalls: Open = async (url, connections) => {
  const half = Math.max(1, Math.floor(connections / 2));
  const callers = Array.from({ length: half }, (_, index) => node(`caller-${index}`, url));
  const workers = Array.from({ length: half }, (_, index) => node(`worker-${index}`, url));
  for (const worker of workers) {
    worker.createService({ name: "math", actions: { add: ({ params }) => params.a + params.b } });
  }
  await Promise.all([...workers, ...callers].map((broker) => broker.start()));
  await Promise.all(callers.map((caller) => caller.waitForServices("math", 20_000)));
  return {
    round: () =>
      timed((again) =>
        Promise.all(
          callers.map((caller) => inFlight(share(100, half), () => caller.call("math.add", { a: 1, b: 2 }), again)),
        ),
      ),
    async close() {
      await Promise.all([...callers, ...workers].map((broker) => broker.stop()));
      await deleteMoleculerExchanges(url);
    },
  };
};

export const scenarios = {
  "publish, confirmed": leanPublish,
  "consume, acknowledged": leanConsume,
  "request and reply": leanRequest,
  "publish, confirmed, amqplib": publishConfirmed,
  "consume, acknowledged, amqplib": consumeAcknowledged,
  "request and reply, amqplib": requestReply,
  "Moleculer calls": moleculerCalls,
} satisfies Record<string, Open>;

export type ScenarioName = keyof typeof scenarios;

function connect(url: string, connections: number): Promise<ChannelModel[]> {
  return each(connections, () => amqplib.connect(url, socketOptions));
}

async function close(models: readonly ChannelModel[]): Promise<void> {
  await Promise.all(models.map((model) => model.close()));
}

async function declare(channel: Channel, index: number): Promise<void> {
  await channel.assertQueue(queueName(index), { durable: false, exclusive: true });
}

function publishInto(channel: ConfirmChannel, index: number, window: number, again: () => boolean): Promise<number> {
  return new Promise((resolve, reject) => {
    let [confirmed, waiting] = [0, window];
    const confirm = (error: unknown): void => {
      if (error) return reject(error);
      confirmed++;
      if (again()) publish();
      else if (--waiting === 0) resolve(confirmed);
    };
    const publish = (): void => void channel.publish("", queueName(index), body, {}, confirm);
    for (let sent = 0; sent < window; sent++) publish();
  });
}

async function consume(channel: Channel, index: number, count: number): Promise<void> {
  const queue = queueName(index);
  let consumerTag = "";
  await new Promise<void>((resolve, reject) => {
    let received = 0;
    const onMessage = (message: amqplib.ConsumeMessage | null): void => {
      if (message === null) return;
      channel.ack(message);
      if (++received === count) resolve();
    };
    channel.consume(queue, onMessage).then((consumer) => {
      ({ consumerTag } = consumer);
    }, reject);
  });
  // The answer comes once the server has seen every acknowledgement.
  await channel.cancel(consumerTag);
}

async function caller(channel: Channel): Promise<() => Promise<void>> {
  const waiting = new Map<string, () => void>();
  let next = 0;
  const onReply = (reply: amqplib.ConsumeMessage | null): void => {
    const correlationId = reply?.properties.correlationId;
    waiting.get(correlationId)?.();
    waiting.delete(correlationId);
  };
  await channel.consume("amq.rabbitmq.reply-to", onReply, { noAck: true });
  return () =>
    new Promise((resolve) => {
      const correlationId = String(next++);
      waiting.set(correlationId, resolve);
      channel.sendToQueue("bench.requests", body, { correlationId, replyTo: "amq.rabbitmq.reply-to" });
    });
}

async function inFlight(count: number, call: () => Promise<unknown>, again: () => boolean): Promise<number> {
  let done = 0;
  await each(count, async () => {
    do {
      await call();
      done++;
    } while (again());
  });
  return done;
}

function node(nodeID: string, url: string): ServiceBroker {
  const options = { url, prefetch: 200, socketOptions, queueOptions: { expires: 5000 } };
  // Its types leave prefetch and socketOptions out.
  const transporter = { type: "AMQP", options } as unknown as BrokerOptions["transporter"];
  return new ServiceBroker({
    namespace: "bench",
    nodeID,
    transporter,
    logger: false,
    requestTimeout: 20_000,
    // None during a run: one that is sent while its node stops is an error nobody catches.
    heartbeatInterval: 600,
    heartbeatTimeout: 1200,
    skipProcessEventRegistration: true,
  });
}

/** They are durable: a RabbitMQ is left without them. */
async function deleteMoleculerExchanges(url: string): Promise<void> {
  const model = await amqplib.connect(url);
  const channel = await model.createChannel();
  for (const packet of ["DISCOVER", "INFO", "DISCONNECT", "HEARTBEAT", "PING"]) {
    await channel.deleteExchange(`MOL-bench.${packet}`);
  }
  await model.close();
}
