import { connect, createServer, type Socket } from "node:net";
import { portOr } from "../../embedded/free-port.ts";

/** A server's address that can be taken away and given back. */
export interface TcpProxy {
  readonly port: number;
  /** Breaks every connection and refuses new ones. */
  cut(): Promise<void>;
  /** Lets nothing through, and says nothing. */
  freeze(): void;
  heal(): Promise<void>;
  stop(): Promise<void>;
}

export async function startProxy(target: { host: string; port: number }): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let frozen = false;
  const server = createServer((client) => {
    const upstream = connect(target);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on("data", (chunk: Buffer) => void (frozen || to.write(chunk)));
      from.on("error", () => to.destroy());
      from.on("close", () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const cut = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  const port = await portOr(0, "127.0.0.1");
  await listen(port);
  return {
    port,
    cut,
    freeze() {
      frozen = true;
    },
    async heal() {
      frozen = false;
      if (!server.listening) await listen(port);
    },
    stop: () => (server.listening ? cut() : Promise.resolve()),
  };
}
