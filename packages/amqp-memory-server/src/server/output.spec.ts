import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { Writable } from "node:stream";
import { describe, it } from "node:test";
import { setImmediate } from "node:timers/promises";
import { Output } from "./output.ts";

/** A peer that reads only when it is told to. */
class Peer extends Writable {
  readonly chunks: Buffer[] = [];
  #done: ((error?: Error) => void) | undefined;
  reading = false;

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    this.chunks.push(chunk);
    if (this.reading) done();
    else this.#done = done;
  }

  read(): void {
    this.reading = true;
    this.#done?.();
    this.#done = undefined;
  }
}

function open(reading: boolean) {
  const peer = new Peer();
  peer.reading = reading;
  let relieved = 0;
  const output = new Output(peer as unknown as Socket, 131_072, () => relieved++);
  const deliver = (bytes: number): void => {
    const fields = { consumerTag: "c", deliveryTag: 1, redelivered: false, exchange: "", routingKey: "q" };
    output.send(1, "basic.deliver", fields, { properties: Buffer.alloc(2), body: Buffer.alloc(bytes) });
  };
  return { peer, output, deliver, relieved: () => relieved };
}
const mebibyte = 1024 * 1024;

describe("the way out of a connection", () => {
  it("sends what one turn says in one piece, at its end", async () => {
    const { peer, output, deliver } = open(true);
    for (let index = 0; index < 3; index++) deliver(10);
    output.heartbeat();
    assert.equal(peer.chunks.length, 0);
    await setImmediate();
    assert.equal(peer.chunks.length, 1);
    assert.equal(output.bytesSent, peer.chunks[0]?.length);
    output.flush();
    assert.equal(peer.chunks.length, 1);
  });

  it("when the peer does not read, is congested, then overflowing; when it reads again, says so once", async () => {
    const { peer, output, deliver, relieved } = open(false);
    deliver(mebibyte / 2);
    assert.deepEqual([output.congested, output.overflowing], [false, false]);
    deliver(mebibyte);
    assert.deepEqual([output.congested, output.overflowing], [true, false]);
    output.flush();
    assert.equal(output.congested, true, "written is not sent");
    deliver(3 * mebibyte);
    assert.deepEqual([output.congested, output.overflowing, output.hopeless], [true, true, false]);
    deliver(64 * mebibyte);
    assert.equal(output.hopeless, true);
    await setImmediate();
    assert.equal(relieved(), 0);
    peer.read();
    await setImmediate();
    assert.deepEqual([output.congested, relieved()], [false, 1]);
  });

  it("when nobody asked whether it is congested, a peer that was only overflowing is relieved too", async () => {
    const { peer, output, deliver, relieved } = open(false);
    deliver(5 * mebibyte);
    await setImmediate();
    assert.equal(output.overflowing, true);
    peer.read();
    await setImmediate();
    assert.equal(relieved(), 1);
  });

  it("when the socket is gone, lets go of what it was to send", async () => {
    const { peer, output, deliver } = open(true);
    deliver(1000);
    peer.destroy();
    await setImmediate();
    assert.deepEqual([peer.chunks.length, output.frames.pending], [0, 0]);
  });
});
