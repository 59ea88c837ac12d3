import { createServer } from "node:net";

/**
 * Below the ports that systems give to outgoing connections (from 32768 on Linux, 49152 elsewhere): one of those is free now
 * and somebody's a moment later, when its owner starts, or starts again after it died.
 */
const FIRST = 20_000;
const LAST = 32_000;
const TRIES = 50;
/** What was given here already: its owner may not listen yet. */
const given = new Set<number>();

/** The standard port when nobody has it, else a free one; 0 has no standard. */
export async function portOr(preferred: number, host: string): Promise<number> {
  if (preferred !== 0 && (await isFree(preferred, host))) return preferred;
  for (let tries = 0; tries < TRIES; tries++) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST));
    if (given.has(port) || !(await isFree(port, host))) continue;
    given.add(port);
    return port;
  }
  return (await tryPort(0, host)) ?? 0;
}

export async function isFree(port: number, host: string): Promise<boolean> {
  return (await tryPort(port, host)) !== undefined;
}

function tryPort(port: number, host: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : undefined));
    });
  });
}
