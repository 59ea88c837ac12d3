/**
 * An AMQP client that does next to nothing: it sends frames encoded beforehand and reads of the answers only what it
 * must. A load generator, so that what is measured is the server.
 */
import { once } from "node:events";
import { connect, type Socket } from "node:net";

const method = { type: 1, header: 2, body: 3 };
const frameMax = 131_072;

export const ids = {
  start: 0x000a_000a,
  tune: 0x000a_001e,
  openOk: 0x000a_0029,
  channelOpenOk: 0x0014_000b,
  declareOk: 0x0032_000b,
  purgeOk: 0x0032_001f,
  qosOk: 0x003c_000b,
  consumeOk: 0x003c_0015,
  cancelOk: 0x003c_001f,
  deliver: 0x003c_003c,
  ack: 0x003c_0050,
  selectOk: 0x0055_000b,
} as const;

export const uint = (size: 1 | 2 | 4 | 8, value: number): Buffer => {
  const bytes = Buffer.alloc(size);
  bytes.writeUIntBE(value, Math.max(0, size - 6), Math.min(size, 6));
  return bytes;
};
export const shortstr = (text: string): Buffer => Buffer.concat([uint(1, text.length), Buffer.from(text)]);
const longstr = (text: string): Buffer => Buffer.concat([uint(4, text.length), Buffer.from(text)]);
const emptyTable = uint(4, 0);

function frame(type: number, channel: number, payload: Buffer): Buffer {
  return Buffer.concat([uint(1, type), uint(2, channel), uint(4, payload.length), payload, Buffer.from([0xce])]);
}

function methodFrame(channel: number, id: number, ...fields: Buffer[]): Buffer {
  return frame(method.type, channel, Buffer.concat([uint(4, id), ...fields]));
}

/** A publish to the default exchange: method, header and body. `properties`: flags and values. */
export function publishFrames(routingKey: string, body: Buffer, properties = uint(2, 0)): Buffer {
  return Buffer.concat([
    methodFrame(1, 0x003c_0028, uint(2, 0), shortstr(""), shortstr(routingKey), uint(1, 0)),
    frame(method.header, 1, Buffer.concat([uint(2, 60), uint(2, 0), uint(8, body.length), properties])),
    frame(method.body, 1, body),
  ]);
}

/** queue.declare's flags: for this connection alone; for all, until nobody consumes it. */
export const exclusive = 0b0100;
export const shared = 0b1000;

export const requests = {
  declare: (queue: string, flags: number): Buffer =>
    methodFrame(1, 0x0032_000a, uint(2, 0), shortstr(queue), uint(1, flags), emptyTable),
  purge: (queue: string): Buffer => methodFrame(1, 0x0032_001e, uint(2, 0), shortstr(queue), uint(1, 0)),
  select: (): Buffer => methodFrame(1, 0x0055_000a, uint(1, 0)),
  qos: (count: number): Buffer => methodFrame(1, 0x003c_000a, uint(4, 0), uint(2, count), uint(1, 0)),
  consume: (queue: string, tag: string, noAck: boolean): Buffer =>
    methodFrame(1, 0x003c_0014, uint(2, 0), shortstr(queue), shortstr(tag), uint(1, noAck ? 0b10 : 0), emptyTable),
  cancel: (tag: string): Buffer => methodFrame(1, 0x003c_001e, shortstr(tag), uint(1, 0)),
  ack: (tag: number): Buffer => methodFrame(1, ids.ack, uint(8, tag), uint(1, 0)),
} as const;

/** Called with each method (its id) and each content header (id 0); `at` is where the fields begin. */
type OnFrame = (id: number, buffer: Buffer, at: number) => void;

/** A connection with one open channel, number 1. */
export class LeanClient {
  onFrame: OnFrame = () => {};
  /** After the frames of a chunk: the time to send what they asked for together. */
  onChunkEnd = (): void => {};
  readonly #socket: Socket;
  #rest: Buffer = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on("data", (chunk) => this.#receive(chunk));
  }

  static async open(url: string): Promise<LeanClient> {
    const { hostname, port, username, password } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, "connect");
    const client = new LeanClient(socket);
    await client.request(Buffer.from("AMQP\x00\x00\x09\x01", "latin1"), ids.start);
    const login = longstr(`\0${username}\0${password}`);
    await client.request(
      methodFrame(0, 0x000a_000b, emptyTable, shortstr("PLAIN"), login, shortstr("en_US")),
      ids.tune,
    );
    client.send(methodFrame(0, 0x000a_001f, uint(2, 2047), uint(4, frameMax), uint(2, 0)));
    await client.request(methodFrame(0, 0x000a_0028, shortstr("/"), uint(2, 0)), ids.openOk);
    await client.request(methodFrame(1, 0x0014_000a, uint(1, 0)), ids.channelOpenOk);
    return client;
  }

  send(frames: Buffer): void {
    this.#socket.write(frames);
  }

  /** Sends and waits for the answer. */
  request(frames: Buffer, answer: number): Promise<void> {
    const { onFrame } = this;
    return new Promise((resolve) => {
      this.onFrame = (id, buffer, at) => {
        if (id !== answer) return onFrame(id, buffer, at);
        this.onFrame = onFrame;
        resolve();
      };
      this.send(frames);
    });
  }

  async close(): Promise<void> {
    this.#socket.destroy();
    await once(this.#socket, "close");
  }

  #receive(chunk: Buffer): void {
    const buffer = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    while (buffer.length - at >= 7) {
      const end = at + 7 + buffer.readUInt32BE(at + 3);
      if (buffer.length <= end) break;
      const type = buffer[at];
      if (type === method.type) this.onFrame(buffer.readUInt32BE(at + 7), buffer, at + 11);
      else if (type === method.header) this.onFrame(0, buffer, at + 7);
      at = end + 1;
    }
    this.#rest = buffer.subarray(at);
    this.onChunkEnd();
  }
}
