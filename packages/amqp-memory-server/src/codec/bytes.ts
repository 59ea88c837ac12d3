import { AmqpError } from "../errors.ts";

/**
 * Strings are read and written as latin1: one character a byte. Names, keys and texts so survive whatever bytes they
 * hold, compare as the protocol compares them, and cost no UTF-8 pass. {@link text} makes them readable for people.
 */
export const text = (raw: string): string => Buffer.from(raw, "latin1").toString("utf8");
/** The other way: a JavaScript string as the protocol's bytes. */
export const raw = (readable: string): string => Buffer.from(readable, "utf8").toString("latin1");

/** Reads the protocol's primitive types in network order; running past the end is the peer's syntax error. */
export class ByteReader {
  readonly buffer: Buffer;
  offset: number;
  readonly end: number;

  constructor(buffer: Buffer, offset = 0, end = buffer.length) {
    this.buffer = buffer;
    this.offset = offset;
    this.end = end;
  }

  get remaining(): number {
    return this.end - this.offset;
  }

  /** Moves past `size` bytes and returns where they began. */
  take(size: number): number {
    const at = this.offset;
    if (size > this.end - at) throw new AmqpError("SYNTAX_ERROR", "the frame ends inside a field");
    this.offset = at + size;
    return at;
  }

  uint8(): number {
    return this.buffer[this.take(1)] as number;
  }
  uint16(): number {
    return this.buffer.readUInt16BE(this.take(2));
  }
  uint32(): number {
    return this.buffer.readUInt32BE(this.take(4));
  }
  /** A 64-bit tag or size; those beyond 2^53 never occur in practice and only lose precision. */
  uint64(): number {
    const at = this.take(8);
    return this.buffer.readUInt32BE(at) * 0x1_0000_0000 + this.buffer.readUInt32BE(at + 4);
  }
  bytes(size: number): Buffer {
    const at = this.take(size);
    return this.buffer.subarray(at, at + size);
  }
  shortstr(): string {
    const size = this.uint8();
    const at = this.take(size);
    return this.buffer.toString("latin1", at, at + size);
  }
  longstr(): string {
    const size = this.uint32();
    const at = this.take(size);
    return this.buffer.toString("latin1", at, at + size);
  }
}

/** Appends the protocol's primitive types to a buffer that grows. */
export class ByteWriter {
  buffer: Buffer;
  offset = 0;

  constructor(capacity = 256) {
    this.buffer = Buffer.allocUnsafe(capacity);
  }

  /** Makes room for `size` more bytes. */
  ensure(size: number): void {
    if (this.offset + size <= this.buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.offset + size));
    this.buffer.copy(grown, 0, 0, this.offset);
    this.buffer = grown;
  }

  uint8(value: number): void {
    this.ensure(1);
    this.buffer[this.offset++] = value;
  }
  uint16(value: number): void {
    this.ensure(2);
    this.offset = this.buffer.writeUInt16BE(value, this.offset);
  }
  uint32(value: number): void {
    this.ensure(4);
    this.offset = this.buffer.writeUInt32BE(value, this.offset);
  }
  uint64(value: number): void {
    this.uint32(Math.floor(value / 0x1_0000_0000));
    this.uint32(value % 0x1_0000_0000);
  }
  bytes(value: Buffer): void {
    this.ensure(value.length);
    this.offset += value.copy(this.buffer, this.offset);
  }
  shortstr(value: string): void {
    // Only texts that the server makes up can be longer (a reply text that quotes long names): cut them.
    const size = Math.min(value.length, 255);
    this.ensure(1 + size);
    this.buffer[this.offset] = size;
    this.buffer.write(value, this.offset + 1, size, "latin1");
    this.offset += 1 + size;
  }
  longstr(value: string): void {
    this.ensure(4 + value.length);
    this.buffer.writeUInt32BE(value.length, this.offset);
    this.buffer.write(value, this.offset + 4, value.length, "latin1");
    this.offset += 4 + value.length;
  }
  /** What was written, as a view. */
  written(): Buffer {
    return this.buffer.subarray(0, this.offset);
  }
}
