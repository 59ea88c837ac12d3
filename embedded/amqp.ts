import { portOr } from "./free-port.ts";
import type { StandIn } from "./stand-in.ts";

export async function startAmqp(host: string): Promise<StandIn> {
  const { AmqpMemoryServer } = await import("amqp-memory-server");
  const server = await AmqpMemoryServer.create({ host, port: await portOr(5672, host), users: { guest: "guest" } });
  return {
    name: "AMQP (in memory)",
    url: server.url,
    environment: { RABBIT_URL: server.url },
    stop: () => server.stop(),
  };
}
