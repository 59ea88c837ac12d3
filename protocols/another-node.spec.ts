import assert from "node:assert/strict";
import { createServer as createHttp } from "node:http";
import { createServer as createHttp2 } from "node:http2";
import { type AddressInfo, createServer, type Server } from "node:net";
import { type TestContext, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { ServiceBroker } from "moleculer";
import { deafPort } from "../test/support/deaf-port.ts";
import { isCoded } from "../test/support/grpc-node.ts";
import { callerOf, operation } from "../test/support/strange-nodes.ts";
import type { ProtocolClient } from "./client.ts";
import { GrpcClient } from "./grpc/client.ts";
import { JsonRpcClient } from "./json-rpc/client.ts";
import { RestClient } from "./rest/client.ts";

/** What a node does with a request. */
interface Asked {
  /** How long the caller says that it waits, ms. */
  readonly deadline: number;
  answer(): void;
  /** The connection goes, and the request with it. */
  die(): void;
}
type Node = (asked: Asked) => void | Promise<void>;

interface Spoken {
  readonly client: new (broker: ServiceBroker) => ProtocolClient;
  readonly address: (port: number) => string;
  readonly serve: (node: Node) => Server;
}

const units: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1_000, m: 1, u: 1e-3, n: 1e-6 };
const grpcTimeout = (text: string): number => Number(text.slice(0, -1)) * (units[text.slice(-1)] ?? Number.NaN);

/** The protocols whose clients choose the node themselves, each spoken just well enough to tell the deadline. */
const spoken: Readonly<Record<string, Spoken>> = {
  rest: {
    client: RestClient,
    address: (port) => `http://127.0.0.1:${port}`,
    serve: (node) =>
      createHttp((request, response) =>
        node({
          deadline: Number(request.headers["x-deadline"]),
          answer: () => response.end('{"error":false,"message":"done"}'),
          die: () => request.socket.destroy(),
        }),
      ),
  },
  "json-rpc": {
    client: JsonRpcClient,
    address: (port) => `tcp://127.0.0.1:${port}`,
    serve: (node) =>
      createServer((socket) =>
        socket.once("data", (chunk) => {
          const { id, meta } = JSON.parse(chunk.toString()) as { id: number; meta: { deadline: number } };
          const answer = () => void socket.write(`{"jsonrpc":"2.0","id":${id},"result":null}\n`);
          node({ deadline: meta.deadline, answer, die: () => socket.destroy() });
        }),
      ),
  },
  grpc: {
    client: GrpcClient,
    address: (port) => `grpc://127.0.0.1:${port}`,
    serve: (node) =>
      createHttp2().on("stream", (stream, headers) =>
        node({
          deadline: grpcTimeout(String(headers["grpc-timeout"])),
          answer() {
            stream.once("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
            stream.respond({ "content-type": "application/grpc" }, { waitForTrailers: true });
            stream.end(Buffer.alloc(5)); // An empty message.
          },
          die: () => stream.session?.destroy(),
        }),
      ),
  },
};

async function listen(context: TestContext, { address, serve }: Spoken, node: Node): Promise<string> {
  const server = serve(node);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.after(() => server.close());
  return address((server.address() as AddressInfo).port);
}

async function ask(
  context: TestContext,
  protocol: keyof typeof spoken,
  addresses: Record<string, string>,
  deadline: number,
  signal?: AbortSignal,
) {
  const { client: Client } = spoken[protocol] ?? assert.fail();
  const client = new Client(await callerOf(context, protocol as never, addresses));
  context.after(() => client.close());
  return client.call(operation, { id: "1" }, { deadline, requestId: "another-node", signal });
}

for (const [protocol, speaks] of Object.entries(spoken)) {
  test(`${protocol}: when a node is gone with the request, then the next is told what is left of the time, not the whole again`, async (context) => {
    const told: number[] = [];
    let waited = 0;
    const dying = await listen(context, speaks, async ({ deadline, die }) => {
      told.push(deadline);
      const begun = performance.now();
      await delay(100);
      waited = performance.now() - begun;
      die();
    });
    const other = await listen(context, speaks, ({ deadline, answer }) => {
      told.push(deadline);
      answer();
    });
    assert.equal((await ask(context, protocol, { dying, other }, 30_000)).node, "other");
    const [first = 0, second = 0] = told;
    assert.ok(first > 0 && second > 0, `${told}`);
    // Each is rounded up to whole ms.
    assert.ok(second <= first - waited + 2, `${first} ms, then ${second} ms, ${waited} ms later`);
  });
}

for (const protocol of ["rest", "json-rpc"] as const) {
  test(`${protocol}: when a node takes no connection, then the next is asked, or it is said that there is none, long before the time is up`, async (context) => {
    const speaks = spoken[protocol] ?? assert.fail();
    const deaf = await deafPort();
    context.after(() => deaf.stop());
    const dark = speaks.address(deaf.port);
    const other = await listen(context, speaks, ({ answer }) => answer());
    // With no limit of its own the call would end by its deadline: TIMEOUT.
    const [answered, none] = await Promise.allSettled([
      ask(context, protocol, { dark, other }, 30_000),
      ask(context, protocol, { dark }, 30_000),
    ]);
    assert.equal(answered.status === "fulfilled" ? answered.value.node : answered.reason, "other");
    assert.equal(none.status === "rejected" ? none.reason.type : none.value, "SERVICE_UNAVAILABLE");
    const why = none.status === "rejected" ? none.reason.cause?.message : "";
    assert.match(why, /^no connection in time$|^Connect Timeout Error \(.*timeout: 2000ms\)$/);
  });
}

for (const protocol of ["rest", "json-rpc", "grpc"] as const) {
  test(`${protocol}: when the caller gives up while the connection is being made, then it is CANCELLED, whatever comes of that`, async (context) => {
    const deaf = await deafPort();
    context.after(() => deaf.stop());
    const dark = (spoken[protocol] ?? assert.fail()).address(deaf.port);
    const abort = new AbortController();
    const asked = ask(context, protocol, { dark }, 30_000, abort.signal);
    await delay(50);
    abort.abort();
    await assert.rejects(asked, isCoded("CANCELLED"));
  });
}
