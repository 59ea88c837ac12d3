import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { portOr } from "../../embedded/free-port.ts";

/** A server as its clients see it through a network that can fail. */
export interface TcpProxy {
  readonly port: number;
  /** Connections are reset and new ones refused, as when the server is gone. */
  cut(): Promise<void>;
  /** Connections stay and nothing passes, as when the server hangs or a network drops its packets. */
  freeze(): void;
  /** As before. */
  restore(): Promise<void>;
  /** The next piece that the server sends ends the connection instead: what it did is done, its answer is lost. */
  loseNextAnswer(): void;
  stop(): Promise<void>;
}

export async function startTcpProxy(target: { readonly host: string; readonly port: number }): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let frozen = false;
  let losing = false;
  const port = await portOr(0, "127.0.0.1");
  let server: Server;

  const listen = async () => {
    server = createServer((client) => {
      const upstream = connect(target);
      for (const [from, to] of [
        [client, upstream],
        [upstream, client],
      ] as const) {
        sockets.add(from);
        from.on("data", (data) => {
          if (losing && from === upstream && data.length > 0 && isAnswerToWrite(data)) {
            losing = false;
            client.resetAndDestroy();
            upstream.destroy();
          } else if (!to.destroyed) to.write(data);
        });
        from.on("error", () => to.destroy());
        from.on("close", () => {
          sockets.delete(from);
          to.destroy();
        });
        if (frozen) from.pause();
      }
    });
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  };
  await listen();

  const cut = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.resetAndDestroy();
    await closed;
  };
  return {
    port,
    cut,
    freeze() {
      frozen = true;
      for (const socket of sockets) socket.pause();
    },
    async restore() {
      if (frozen) for (const socket of sockets) socket.resume();
      frozen = false;
      if (!server.listening) await listen();
    },
    loseNextAnswer() {
      losing = true;
    },
    stop: () => (server.listening ? cut() : Promise.resolve()),
  };
}

/** MongoDB answers an insert with `n`, the number of what it stored; heartbeats and pings have none. */
const isAnswerToWrite = (data: Buffer): boolean => data.includes(Buffer.from("\x10n\0", "latin1"));
