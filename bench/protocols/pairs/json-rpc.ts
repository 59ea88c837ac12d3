import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { ServiceBroker } from "moleculer";
import { JsonRpcClient } from "../../../protocols/json-rpc/client.ts";
import { echo, echoed } from "../../../services/lab/echo.ts";
import { adapter, nodesAction } from "../adapter.ts";
import { DEADLINE, type Pair, type Params, params, requestId, type Way } from "../way.ts";

interface Request {
  readonly id: number;
  readonly params: Params;
  readonly meta: { readonly requestId: string };
}
interface Answer {
  readonly id: number;
  readonly result: unknown;
}

/** What the server does with a request. */
type Work = (params: Params, requestId: string, answer: (value: unknown) => void) => void;

/** node:net and JSON: one object a line over one connection, those of one turn of the event loop in one write. */
const line = (start: () => Promise<Work>): Way => ({
  async serve() {
    const work = await start();
    const server = createServer({ noDelay: true }, (socket) => {
      const send = lines<Request>(socket, ({ id, params, meta: { requestId } }) =>
        work(params, requestId, (result) =>
          send({ jsonrpc: "2.0", id, result, meta: { node: "bare", requestId, took: 0 } }),
        ),
      );
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return String((server.address() as AddressInfo).port);
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
});

const ours = adapter((broker) => new JsonRpcClient(broker));

/** A line that is answered as soon as it is read. */
export const jsonRpc: Pair = {
  adapter: ours,
  bare: line(
    async () =>
      ({ payload }, _requestId, answer) =>
        answer({ payload }),
  ),
};

/** A line that calls an action of Moleculer as it comes, which checks the parameters: the least that ours must do. */
export const jsonRpcPlainAction: Pair = {
  adapter: ours,
  bare: line(async () => {
    const broker = new ServiceBroker({ logger: false, requestTimeout: DEADLINE });
    broker.createService({ name: "plain", actions: { echo: { params: echo.params, handler: echoed } } });
    await broker.start();
    return (params, requestID, answer) => void broker.call("plain.echo", params, { requestID }).then(answer);
  }),
};

/** A line that calls the same action on a node as ours is: what is left is the protocol, and the client's bounds and counts. */
export const jsonRpcAction: Pair = {
  adapter: ours,
  bare: line(async () => {
    const act = await nodesAction();
    return (params, requestId, answer) => void act(params, requestId).then(answer);
  }),
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
