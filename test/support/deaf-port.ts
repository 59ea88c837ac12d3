import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { Worker } from "node:worker_threads";

/** Listens, and then never comes back to accept anybody. */
const listening = `
const { parentPort } = require("node:worker_threads");
const server = require("node:net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
  parentPort.postMessage(server.address().port);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});`;

/** How many the system lets wait for a server with this backlog. */
const QUEUE = 2;

/** A port with a full queue: a connection to it is neither taken nor refused, as to a machine that went dark. */
export async function deafPort(): Promise<{ port: number; stop(): Promise<void> }> {
  const worker = new Worker(listening, { eval: true });
  const [port] = (await once(worker, "message")) as [number];
  const waiting: Socket[] = [];
  for (let place = 0; place < QUEUE; place++) {
    const socket = connect({ port, host: "127.0.0.1" });
    waiting.push(socket);
    await once(socket, "connect");
    socket.on("error", () => {}); // Its end is the port's.
  }
  return {
    port,
    async stop() {
      await worker.terminate();
      for (const socket of waiting) socket.destroy();
    },
  };
}
