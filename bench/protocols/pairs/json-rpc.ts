import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { JsonRpcClient } from "../../../protocols/json-rpc/client.ts";
import { adapter } from "../adapter.ts";
import { DEADLINE, type Pair, params, requestId } from "../way.ts";

interface Request {
  readonly id: number;
  readonly params: typeof params;
  readonly meta: { readonly requestId: string };
}
interface Answer {
  readonly id: number;
  readonly result: unknown;
}

/** node:net and JSON: one object a line over one connection, those of one turn of the event loop in one write. */
export const jsonRpc: Pair = {
  adapter: adapter((broker) => new JsonRpcClient(broker)),
  bare: {
    serve() {
      const server = createServer({ noDelay: true }, (socket) => {
        const send = lines<Request>(socket, ({ id, params: { payload }, meta: { requestId } }) =>
          send({ jsonrpc: "2.0", id, result: { payload }, meta: { node: "bare", requestId, took: 0 } }),
        );
      });
      return new Promise((resolve) => {
        server.listen(0, "127.0.0.1", () => resolve(String((server.address() as AddressInfo).port)));
      });
    },
    async connect(port) {
      const socket = connect({ host: "127.0.0.1", port: Number(port), noDelay: true });
      const waiting = new Map<number, (value: unknown) => void>();
      let last = 0;
      const send = lines<Answer>(socket, ({ id, result }) => {
        waiting.get(id)?.(result);
        waiting.delete(id);
      });
      return () =>
        new Promise((resolve) => {
          const id = ++last;
          waiting.set(id, resolve);
          const meta = { requestId: requestId(), deadline: DEADLINE };
          send({ jsonrpc: "2.0", id, method: "lab.echo", params, meta });
        });
    },
  },
};

/** @returns what sends a message */
function lines<T>(socket: Socket, take: (message: T) => void): (message: object) => void {
  let partial = "";
  let waiting = "";
  socket.setEncoding("utf8");
  socket.on("data", (chunk: string) => {
    const found = (partial + chunk).split("\n");
    partial = found.pop() ?? "";
    for (const line of found) take(JSON.parse(line) as T);
  });
  const flush = () => {
    socket.write(waiting);
    waiting = "";
  };
  return (message) => {
    if (waiting === "") setImmediate(flush);
    waiting += `${JSON.stringify(message)}\n`;
  };
}
