/** The servers that every client is tried on: this one, and RabbitMQ where RABBIT_URL names one. */
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { AmqpMemoryServer } from "../../src/index.ts";

export interface RunningTarget {
  readonly url: string;
  stop(): Promise<void>;
}

export interface Target {
  readonly name: string;
  start(): Promise<RunningTarget>;
}

const memory: Target = {
  name: "amqp-memory-server",
  async start() {
    const server = await AmqpMemoryServer.create({ port: 0 });
    return { url: server.url, stop: () => server.stop() };
  },
};

const rabbitUrl = process.env.RABBIT_URL;
const rabbit: Target[] = rabbitUrl
  ? [{ name: "RabbitMQ", start: async () => ({ url: rabbitUrl, stop: async () => {} }) }]
  : [];

export const targets: readonly Target[] = [memory, ...rabbit];

/** What the environment says must not be skipped. */
export const required = (what: string): boolean => (process.env.REQUIRE ?? "").split(",").includes(what);

/** A port that nobody listens on, for a server that stops and comes back. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** Names must differ between runs: a RabbitMQ is shared, and remembers. */
export const unique = (what: string): string => `clients.${what}.${process.pid}.${Math.random().toString(36).slice(2)}`;

export async function eventually(what: string, condition: () => boolean, timeout = 15_000): Promise<void> {
  const deadline = Date.now() + timeout;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited ${timeout} ms in vain: ${what}`);
    await delay(10);
  }
}

/** A body whose every part differs, so that pieces in a wrong order show. */
export function largeBody(bytes: number): Buffer {
  const body = Buffer.alloc(bytes);
  for (let at = 0; at + 4 <= bytes; at += 4) body.writeUInt32BE(at, at);
  return body;
}

export const MiB = 1024 * 1024;
