/** A process of its own that must end by itself: nothing of a stopped server may hold it. `node exits.ts HOW` */
import { long } from "../../src/codec/fields.ts";
import { AmqpMemoryServer } from "../../src/index.ts";
import { WireClient } from "./wire-client.ts";

const hour = 3_600_000;
const [how] = process.argv.slice(2);

const server = await AmqpMemoryServer.create({ port: 0, handshakeTimeout: 600_000 });
if (how === "queues with timers") {
  const client = await WireClient.open(server.port, { heartbeat: 60 });
  const expiring = ["x-expires", "x-message-ttl"].map((name) => [name, long(hour)] as const);
  await client.declare("q", new Map(expiring));
  client.publish("q", "waits an hour");
  await client.depth("q");
  await client.close();
}
if (how === "clients connected") {
  const client = await WireClient.open(server.port, { heartbeat: 60 });
  await client.declare("q");
  await client.consume("q");
  await WireClient.dial(server.port);
}
await server.stop();
process.stdout.write("stopped");
