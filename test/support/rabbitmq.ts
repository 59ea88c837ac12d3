import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * A message broker of the test's own: a virtual host of the real one that RABBIT_URL names (the exchange and its queues
 * have fixed names), else an embedded one.
 */
export async function startBroker(): Promise<{ url: string; stop: () => Promise<void> }> {
  const real = process.env.RABBIT_URL;
  if (real === undefined) {
    const { AmqpMemoryServer } = await import("amqp-memory-server");
    const server = await AmqpMemoryServer.create({ host: "127.0.0.1", port: 0, users: { guest: "guest" } });
    return { url: server.url, stop: () => server.stop() };
  }
  const vhost = `test-${randomUUID()}`;
  const url = new URL(real);
  await run("rabbitmqctl", ["add_vhost", vhost]);
  await run("rabbitmqctl", ["set_permissions", "-p", vhost, url.username || "guest", ".*", ".*", ".*"]);
  url.pathname = `/${vhost}`;
  return { url: url.href, stop: async () => void (await run("rabbitmqctl", ["delete_vhost", vhost])) };
}
