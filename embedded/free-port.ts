import { createServer, type Server } from "node:net";

/**
 * Below the ports that systems give to outgoing connections (from 32768 on Linux, 49152 elsewhere): one of those is free now
 * and somebody's a moment later, when its owner starts, or starts again after it died. And below those of servers: RabbitMQ's
 * nodes have 25672, MongoDB 27017, what Kubernetes publishes is from 30000.
 */
const FIRST = 20_000;
const LAST = 25_000;
const TRIES = 50;
const LOOPBACK = "127.0.0.1";

/**
 * The standard port when nobody has it, else a free one; 0 has no standard. A free one is this process's as long as it lives,
 * also while its owner does not listen yet, or not any more: the port is even, and this process listens on the odd one beside
 * it, which the system lets it have alone, and takes back however the process ends.
 */
export async function portOr(preferred: number, host: string): Promise<number> {
  if (preferred !== 0 && (await isFree(preferred, host))) return preferred;
  for (let tries = 0; tries < TRIES; tries++) {
    const port = FIRST + 2 * Math.floor((Math.random() * (LAST - FIRST)) / 2);
    const claim = await listen(port + 1, LOOPBACK).catch(() => undefined);
    if (claim === undefined) continue;
    if (await isFree(port, host)) return port;
    claim.close();
  }
  return anyFree(host);
}

/** Port 0 asks of the host alone. @returns the system's error, such as EADDRINUSE; undefined when one can listen there */
export async function whyNotFree(port: number, host: string): Promise<NodeJS.ErrnoException | undefined> {
  try {
    (await listen(port, host)).close();
    return undefined;
  } catch (error) {
    return error as NodeJS.ErrnoException;
  }
}

const isFree = async (port: number, host: string): Promise<boolean> => (await whyNotFree(port, host)) === undefined;

/** One that the system gives: free at this moment. @throws what the system says */
async function anyFree(host: string): Promise<number> {
  const server = await listen(0, host);
  const address = server.address();
  server.close();
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Keeps no process alive. @throws what the system says: the port is another's, or the host not of this machine */
function listen(port: number, host: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy()).unref();
    server.once("error", reject);
    server.listen({ port, host, exclusive: true }, () => resolve(server));
  });
}
