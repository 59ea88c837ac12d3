import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import type { TestContext } from "node:test";

/** A port of the loopback that another program has, while the test lasts; as a variable says it. */
export async function takenPort(context: TestContext): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  context.after(() => void server.close());
  await once(server, "listening");
  return String((server.address() as AddressInfo).port);
}
