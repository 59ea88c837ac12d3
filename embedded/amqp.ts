import { AmqpMemoryServer } from "amqp-memory-server";
import type { Place, Running } from "./stand-in.ts";

/** RabbitMQ's protocol from memory: what was queued is gone with the process. */
export async function startAmqp({ host, ports: [port] }: Place): Promise<Running> {
  const server = await AmqpMemoryServer.create({ host, port, users: { guest: "guest" } });
  return { stop: () => server.stop() };
}
