import { ByteReader, ByteWriter } from "./codec/bytes.ts";
import { type MethodArguments, type MethodName, writeMethod } from "./codec/method-codec.ts";
import { octets } from "./erlang.ts";
import { AmqpError, noMethod } from "./errors.ts";

export const frameType = { method: 1, header: 2, body: 3, heartbeat: 8 } as const;
const frameEnd = 0xce;
/** Type, channel, size before the payload, the end octet after it. */
export const frameOverhead = 8;

/** RabbitMQ lets a frame be as much longer than agreed as its overhead: clients count it in or not. */
const grace = frameOverhead;
const empty = Buffer.alloc(0);

/** FRAME_ERROR with the start of the payload, as RabbitMQ words it. */
export function frameError(type: number, payload: Buffer, reason: string): AmqpError {
  return new AmqpError("FRAME_ERROR", `${octets(type, payload)}: ${reason}`, { method: noMethod });
}

export type OnFrame = (type: number, channel: number, payload: Buffer) => void;

/**
 * Cuts a byte stream into frames, however it arrives. A payload is a view of the chunk it came in and valid only during
 * the call: who keeps it copies it.
 */
export class FrameReader {
  /** Largest frame in bytes, overhead included. */
  frameMax: number;
  #pieces: Buffer[] = [];
  #length = 0;
  #wanted = 7;

  constructor(frameMax: number) {
    this.frameMax = frameMax;
  }

  /** Takes a chunk and calls `onFrame` for every frame that is complete. Throws FRAME_ERROR where the stream is broken. */
  push(chunk: Buffer, onFrame: OnFrame): void {
    let buffer = chunk;
    if (this.#length > 0) {
      this.#pieces.push(chunk);
      this.#length += chunk.length;
      // Pieces are joined only when the frame they belong to is whole: a large frame in small pieces is copied once.
      if (this.#length < this.#wanted) return;
      buffer = Buffer.concat(this.#pieces, this.#length);
    }
    this.#pieces = [];
    this.#length = 0;
    const rest = this.#readFrames(buffer, onFrame);
    if (rest < buffer.length) {
      // A copy where little is left, so that a few bytes do not keep the whole chunk.
      const left = buffer.subarray(rest);
      this.#pieces = [left.length < 1024 ? Buffer.from(left) : left];
      this.#length = left.length;
    }
  }

  #readFrames(buffer: Buffer, onFrame: OnFrame): number {
    let at = 0;
    for (;;) {
      this.#wanted = 7;
      if (buffer.length - at < 7) return at;
      const type = buffer[at] as number;
      const channel = buffer.readUInt16BE(at + 1);
      const size = buffer.readUInt32BE(at + 3);
      const limit = this.frameMax - frameOverhead;
      if (size > limit + grace) throw frameError(type, empty, `{frame_too_large,${size},${limit}}`);
      this.#wanted = size + frameOverhead;
      if (buffer.length - at < this.#wanted) return at;
      const end = at + 7 + size;
      const payload = buffer.subarray(at + 7, end);
      if (buffer[end] !== frameEnd) throw frameError(type, payload, `{invalid_frame_end_marker,${buffer[end]}}`);
      at = end + 1;
      onFrame(type, channel, payload);
    }
  }
}

/** What a content frame sequence carries: the raw property list and the body. */
export interface Content {
  readonly properties: Buffer;
  readonly body: Buffer;
}

/** The one class whose methods carry content. */
export const basicClass = 60;
const chunkSize = 64 * 1024;
/** Bodies up to this size are copied beside their frame headers, larger ones are handed to the socket as they are. */
const copyLimit = 8 * 1024;

/** Lays frames out in large chunks, for one write to the socket a turn of the event loop. */
export class FrameWriter {
  frameMax: number;
  /** Bytes laid out and not yet taken. */
  pending = 0;
  #full: Buffer[] = [];
  #writer = new ByteWriter(1024);
  #start = 0;

  constructor(frameMax: number) {
    this.frameMax = frameMax;
  }

  method<N extends MethodName>(channel: number, name: N, values: MethodArguments<N>): void {
    const writer = this.#begin(frameType.method, channel);
    const at = writer.offset;
    writeMethod(writer, name, values);
    writer.buffer.writeUInt32BE(writer.offset - at, at - 4);
    this.#end(writer.offset - at);
  }

  /** The header and body frames that follow a method with content. */
  content(channel: number, { properties, body }: Content): void {
    const writer = this.#begin(frameType.header, channel);
    const at = writer.offset;
    writer.uint16(basicClass);
    writer.uint16(0);
    writer.uint64(body.length);
    writer.bytes(properties);
    writer.buffer.writeUInt32BE(writer.offset - at, at - 4);
    this.#end(writer.offset - at);
    const limit = this.frameMax - frameOverhead;
    for (let from = 0; from < body.length; from += limit) {
      this.#body(channel, from === 0 && body.length <= limit ? body : body.subarray(from, from + limit));
    }
  }

  heartbeat(): void {
    this.#begin(frameType.heartbeat, 0);
    this.#end(0);
  }

  /** All that was laid out since the last call. */
  take(): Buffer[] {
    this.#seal();
    const taken = this.#full;
    this.#full = [];
    this.pending = 0;
    return taken;
  }

  #body(channel: number, piece: Buffer): void {
    const writer = this.#begin(frameType.body, channel);
    writer.buffer.writeUInt32BE(piece.length, writer.offset - 4);
    if (piece.length <= copyLimit) writer.bytes(piece);
    else {
      this.#seal();
      this.#full.push(piece);
    }
    this.#end(piece.length);
  }

  #begin(type: number, channel: number): ByteWriter {
    const writer = this.#writer;
    // A frame that does not fit grows the writer, which copies what is pending: start a new chunk well before that.
    if (writer.buffer.length - writer.offset < 512) this.#renew();
    const current = this.#writer;
    current.uint8(type);
    current.uint16(channel);
    current.uint32(0);
    return current;
  }

  #end(size: number): void {
    this.#writer.uint8(frameEnd);
    this.pending += size + frameOverhead;
  }

  #renew(): void {
    this.#seal();
    this.#writer = new ByteWriter(chunkSize);
    this.#start = 0;
  }

  /** Closes the running piece: what comes next starts a new one in the same chunk. */
  #seal(): void {
    const { buffer, offset } = this.#writer;
    if (offset > this.#start) this.#full.push(buffer.subarray(this.#start, offset));
    this.#start = offset;
  }
}

/** A content header frame's payload. The weight is always 0; a header with another is none that we know. */
export function readContentHeader(payload: Buffer): {
  classId: number;
  weight: number;
  bodySize: number;
  properties: Buffer;
} {
  if (payload.length < 14) throw frameError(frameType.header, payload, "unknown_frame");
  const reader = new ByteReader(payload);
  const classId = reader.uint16();
  const weight = reader.uint16();
  const bodySize = reader.uint64();
  return { classId, weight, bodySize, properties: reader.bytes(reader.remaining) };
}
