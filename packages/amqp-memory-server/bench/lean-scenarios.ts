/** The scenarios that load a server as hard as one process can, through the lean client. */
import { exclusive, ids, LeanClient, publishFrames, requests, shared, shortstr, uint } from "./lean-client.ts";
import { body, each, type Open, queueName, share, timed, toConsume } from "./scenario.ts";

const window = 1000;
/** Messages published in a round: they wait in the queues until its end, and must not fill a server's memory. */
const roundLimit = 200_000;

async function openWithQueues(url: string, connections: number): Promise<LeanClient[]> {
  const clients = await each(connections, () => LeanClient.open(url));
  await Promise.all(
    clients.map(async (client, index) => {
      await client.request(requests.declare(queueName(index), exclusive), ids.declareOk);
      await client.request(requests.select(), ids.selectOk);
    }),
  );
  return clients;
}

async function closeAll(clients: readonly LeanClient[]): Promise<void> {
  await Promise.all(clients.map((client) => client.close()));
}

export const leanPublish: Open = async (url, connections) => {
  const clients = await openWithQueues(url, connections);
  const publishers = clients.map((client, index) => publisher(client, queueName(index), share(window, connections)));
  return {
    async round() {
      let left = roundLimit;
      const round = await timed((again) => {
        const take = (room: number): number => {
          const taken = again() ? Math.min(room, left) : 0;
          left -= taken;
          return taken;
        };
        return Promise.all(publishers.map((publish) => publish(take)));
      });
      await Promise.all(clients.map((client, index) => client.request(requests.purge(queueName(index)), ids.purgeOk)));
      return round;
    },
    close: () => closeAll(clients),
  };
};

export const leanConsume: Open = async (url, connections) => {
  const clients = await openWithQueues(url, connections);
  const count = share(toConsume * 2, connections);
  await Promise.all(clients.map((client) => client.request(requests.qos(share(window, connections)), ids.qosOk)));
  const publishers = clients.map((client, index) => publisher(client, queueName(index), share(window, connections)));
  const consumers = clients.map((client, index) => consumer(client, queueName(index), count));
  return {
    async round() {
      for (const publish of publishers) {
        let left = count;
        await publish((room) => {
          const taken = Math.min(room, left);
          left -= taken;
          return taken;
        });
      }
      const started = performance.now();
      await Promise.all(consumers.map((consume) => consume()));
      return { messages: count * connections, seconds: (performance.now() - started) / 1000 };
    },
    close: () => closeAll(clients),
  };
};

/**
 * Publishes with at most `size` messages in flight: `take` says how many of those that have room are to go, none at the
 * end. Resolves with how many were confirmed.
 */
function publisher(client: LeanClient, queue: string, size: number) {
  const one = publishFrames(queue, body);
  const many = Buffer.concat(Array.from({ length: size }, () => one));
  let [published, confirmed] = [0, 0];
  return async (take: (room: number) => number): Promise<number> => {
    const before = confirmed;
    const early = new Set<number>();
    await new Promise<void>((resolve) => {
      const fill = (): void => {
        const room = size - (published - confirmed - early.size);
        if (room * 2 < size) return;
        const taken = take(room);
        if (taken > 0) client.send(many.subarray(0, taken * one.length));
        published += taken;
        if (published === confirmed) resolve();
      };
      client.onFrame = (id, buffer, at) => {
        if (id !== ids.ack) return;
        const tag = buffer.readUInt32BE(at + 4);
        if (buffer[at + 8] === 1) confirmed = Math.max(confirmed, tag);
        else early.add(tag);
        while (early.delete(confirmed + 1)) confirmed++;
        for (const done of early) if (done <= confirmed) early.delete(done);
      };
      client.onChunkEnd = fill;
      fill();
    });
    client.onChunkEnd = () => {};
    return confirmed - before;
  };
}

/** Takes `count` messages and acknowledges each by itself. */
function consumer(client: LeanClient, queue: string, count: number): () => Promise<void> {
  return async () => {
    let received = 0;
    await new Promise<void>((resolve) => {
      let acks: Buffer[] = [];
      client.onFrame = (id, buffer, at) => {
        if (id !== ids.deliver) return;
        received++;
        const tagAt = at + 1 + (buffer[at] as number);
        acks.push(requests.ack(buffer.readUInt32BE(tagAt + 4)));
      };
      client.onChunkEnd = () => {
        if (acks.length > 0) client.send(Buffer.concat(acks));
        acks = [];
        if (received === count) resolve();
      };
      client.send(requests.consume(queue, "load", false));
    });
    client.onChunkEnd = () => {};
    // The answer comes once the server has seen every acknowledgement.
    await client.request(requests.cancel("load"), ids.cancelOk);
  };
}

const correlationIdAndReplyTo = 0b0000_0110_0000_0000;
const correlationIdOnly = 0b0000_0100_0000_0000;
const requestQueue = "bench.lean-requests";

/** Callers on as many connections as asked, through direct reply-to; a tenth as many answer. */
export const leanRequest: Open = async (url, connections) => {
  const responders = await each(share(connections, 10), () => LeanClient.open(url));
  await Promise.all(
    responders.map(async (client) => {
      await client.request(requests.declare(requestQueue, shared), ids.declareOk);
      respond(client);
      await client.request(requests.consume(requestQueue, "answer", true), ids.consumeOk);
    }),
  );
  const callers = await each(connections, () => LeanClient.open(url));
  await Promise.all(
    callers.map((client) => client.request(requests.consume("amq.rabbitmq.reply-to", "replies", true), ids.consumeOk)),
  );
  return {
    round: () => timed((again) => Promise.all(callers.map((client) => call(client, share(100, connections), again)))),
    close: () => closeAll([...callers, ...responders]),
  };
};

/** Answers each request with its own body, to the address it names. */
function respond(client: LeanClient): void {
  let answers: Buffer[] = [];
  client.onFrame = (id, buffer, at) => {
    if (id !== 0) return;
    // Header: class, weight, size, flags, then the two properties.
    const correlationAt = at + 14;
    const replyAt = correlationAt + 1 + (buffer[correlationAt] as number);
    const replyTo = buffer.toString("latin1", replyAt + 1, replyAt + 1 + (buffer[replyAt] as number));
    const properties = Buffer.concat([uint(2, correlationIdOnly), buffer.subarray(correlationAt, replyAt)]);
    answers.push(publishFrames(replyTo, body, properties));
  };
  client.onChunkEnd = () => {
    if (answers.length > 0) client.send(Buffer.concat(answers));
    answers = [];
  };
}

/** Keeps `size` requests under way; resolves with how many were answered. */
function call(client: LeanClient, size: number, again: () => boolean): Promise<number> {
  const properties = [uint(2, correlationIdAndReplyTo), shortstr("123456"), shortstr("amq.rabbitmq.reply-to")];
  const one = publishFrames(requestQueue, body, Buffer.concat(properties));
  const many = Buffer.concat(Array.from({ length: size }, () => one));
  return new Promise((resolve) => {
    let [underWay, answered, fresh] = [size, 0, 0];
    client.onFrame = (id) => {
      if (id === ids.deliver) fresh++;
    };
    client.onChunkEnd = () => {
      if (fresh === 0) return;
      answered += fresh;
      if (again()) client.send(many.subarray(0, fresh * one.length));
      else underWay -= fresh;
      fresh = 0;
      if (underWay === 0) resolve(answered);
    };
    client.send(many);
  });
}
