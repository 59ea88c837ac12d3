/**
 * TCP keeps bytes in order and nothing else: whatever pieces a client's stream arrives in, the server says the same.
 * The sessions here are recorded: what a client says does not depend on what it hears.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { Broker } from "../src/broker/broker.ts";
import { resolveOptions } from "../src/options.ts";
import { Connection } from "../src/server/connection.ts";
import { PipeSocket } from "./support/pipe-socket.ts";
import { sessions } from "./support/sessions.ts";
import { Listener } from "./support/wire-client.ts";

/** What a client hears, with confirms counted: how many share one acknowledgement depends on what was read together. */
interface Transcript {
  readonly said: string[];
  readonly confirmed: Record<string, number>;
  readonly left: { connections: number; memory: number; queues: string[] };
}

async function play(pieces: Iterable<Buffer>): Promise<Transcript> {
  const broker = new Broker(resolveOptions({ port: 0 }));
  const socket = new PipeSocket();
  let connections = 1;
  new Connection(socket.asSocket(), broker, () => connections--);
  for (const piece of pieces) if (piece.length > 0) socket.push(piece);
  while (socket.readableLength > 0 && !socket.destroyed) await setImmediate();
  await setImmediate();

  const said: string[] = [];
  const confirmed: Record<string, number> = {};
  const listener = new Listener(({ channel, method, properties, body }) => {
    const { name, id: _id, ...fields } = method as unknown as { name: string; id: unknown } & Record<string, unknown>;
    if (name === "basic.ack") confirmed[channel] = Math.max(confirmed[channel] ?? 0, Number(fields.deliveryTag));
    else said.push([channel, name, JSON.stringify(fields), properties.toString("hex"), brief(body)].join(" "));
  });
  for (const chunk of socket.written) listener.push(chunk);
  socket.destroy();
  await setImmediate();
  const queues = [...(broker.vhosts.get("/")?.queues.values() ?? [])].map(({ name, ready }) => `${name}: ${ready}`);
  const left = { connections, memory: broker.memory.used, queues };
  broker.clear();
  return { said, confirmed, left };
}

const brief = (body: Buffer): string => `${body.length} ${body.toString("latin1", 0, 20)}`;

/** The stream cut at these places, wherever they fall. */
function cut(stream: Buffer, places: readonly number[]): Buffer[] {
  const at = [...new Set(places.map((place) => place % stream.length))].sort((a, b) => a - b);
  return [0, ...at].map((from, index) => stream.subarray(from, at[index] ?? stream.length));
}

describe("a recorded session gives the same results", () => {
  for (const [story, stream] of Object.entries(sessions)) {
    it(`when ${story}, in one piece, byte by byte and in arbitrary pieces`, async () => {
      const whole = await play([stream]);
      assert(whole.said.length > 2, "the session did nothing");
      assert.equal(whole.left.connections, 0);
      const bytes = Array.from(stream, (_, at) => stream.subarray(at, at + 1));
      assert.deepEqual(await play(bytes), whole);
      const places = fc.array(fc.nat(stream.length), { minLength: 1, maxLength: 40 });
      await fc.assert(
        fc.asyncProperty(places, async (chosen) => assert.deepEqual(await play(cut(stream, chosen)), whole)),
        { numRuns: 60 },
      );
    });
  }
});
