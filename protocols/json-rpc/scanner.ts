import { isUtf8 } from "node:buffer";

/** A whole JSON value of a stream, or what is known of one that is too large. */
export type Scanned =
  | { readonly text: string; readonly depth: number }
  /** Told as soon as it is too large; the rest of it is swallowed. @property head its first bytes */
  | { readonly text?: undefined; readonly head: string };

/** What cannot be read on: where the next value begins is not known any more. */
export class ScanError extends Error {}

export interface ScanLimits {
  /** The largest value, bytes. */
  readonly size: number;
  /** How deep objects and arrays may lie in each other. */
  readonly depth: number;
}

/** How many times the largest size is swallowed of a value that is too large, before the stream is given up. */
const SWALLOW = 16;
const HEAD = 256;
/** What a connection keeps to put the next value together in, bytes: one that was idle does not hold a large value's memory. */
const SPARE = 4_096;
const NOTHING: Buffer = Buffer.alloc(0);
/** Strings up to so long are looked through here, the rest of a longer one by Node's search. */
const SHORT = 24;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** What a byte means outside a string. */
const [OTHER, BLANK, OPEN, CLOSE, STRING, SCALAR, SEPARATOR] = [0, 1, 2, 3, 4, 5, 6];
const kinds = new Uint8Array(256).fill(OTHER);
for (const [bytes, kind] of [
  [" \t\r\n", BLANK],
  ["{[", OPEN],
  ["}]", CLOSE],
  ['"', STRING],
  ["-0123456789tfn", SCALAR],
  [",:", SEPARATOR],
] as const) {
  for (const byte of Buffer.from(bytes)) kinds[byte] = kind;
}

/**
 * Finds where the JSON values of a stream end, however it was cut: one a line, back to back, or printed over many lines.
 * Looks at each byte once and keeps no more than one value. Whether a value is good JSON is for `JSON.parse` to say.
 */
export class Scanner {
  readonly #limits: ScanLimits;
  /** What was pushed and is not looked at yet: from `#at`. */
  #chunk = NOTHING;
  #at = 0;
  /** The part of the value that came with earlier chunks: the first `#kept` bytes. */
  #store = NOTHING;
  #kept = 0;
  /** Bytes of the value so far, whether they were kept or not. */
  #size = 0;
  #state: "between" | "scalar" | "inside" | "string" = "between";
  #escaped = false;
  #depth = 0;
  #deepest = 0;
  #swallowing = false;

  constructor(limits: ScanLimits) {
    this.#limits = limits;
  }

  /** Whether a value has begun and is not there whole. */
  get isPartial(): boolean {
    return this.#state !== "between";
  }

  /** What is held of a value that is not there whole, bytes. */
  get held(): number {
    return this.isPartial ? this.#store.length : 0;
  }

  /** Nothing more is looked at. */
  close(): void {
    this.#chunk = NOTHING;
    this.#store = NOTHING;
    this.#at = 0;
    this.#kept = 0;
    this.#state = "between";
  }

  /** All that was pushed before must have been taken. */
  push(chunk: Buffer): void {
    this.#chunk = chunk;
    this.#at = 0;
  }

  /** The next value; undefined when more must be pushed. @throws ScanError, then nothing can follow */
  next(): Scanned | undefined {
    while (this.#at < this.#chunk.length) {
      if (this.#state === "between" && !this.#begin()) break;
      const start = this.#at;
      const ended = this.#run();
      const found = this.#take(start, ended);
      if (found !== undefined) return found;
    }
    // A connection that is idle does not hold what it read last.
    this.#chunk = NOTHING;
    this.#at = 0;
    return undefined;
  }

  /** A number or literal at the very end has nothing after it that would end it. @throws ScanError when a value is cut off */
  end(): Scanned | undefined {
    if (this.#state === "between") return undefined;
    if (this.#state !== "scalar") throw new ScanError("the stream ended within a value");
    this.#chunk = NOTHING;
    this.#at = 0;
    return this.#take(0, true);
  }

  /** Skips blanks. @returns whether a value begins */
  #begin(): boolean {
    const { length } = this.#chunk;
    let at = this.#at;
    while (at < length && kinds[this.#chunk[at] as number] === BLANK) at++;
    this.#at = at;
    if (at === length) return false;
    const kind = kinds[this.#chunk[at] as number];
    if (kind === SCALAR) this.#state = "scalar";
    else if (kind === OPEN) this.#state = "inside";
    else if (kind === STRING) {
      this.#state = "string";
      this.#at++;
      // The quote belongs to the value, and is not looked at again.
      this.#keep(at, at + 1);
    } else throw new ScanError("what came is not JSON");
    return true;
  }

  /** Goes on to the end of the value or of the chunk. @returns whether the value ended */
  #run(): boolean {
    if (this.#state === "scalar") return this.#runScalar();
    const chunk = this.#chunk;
    const { length } = chunk;
    if (this.#state === "string" && !this.#runString()) return false;
    if (this.#depth === 0 && this.#state === "between") return true;
    let at = this.#at;
    while (at < length) {
      const kind = kinds[chunk[at++] as number];
      if (kind === STRING) {
        this.#at = at;
        this.#state = "string";
        if (!this.#runString()) return false;
        at = this.#at;
      } else if (kind === OPEN) {
        if (++this.#depth > this.#deepest) this.#deepest = this.#depth;
        if (this.#depth > this.#limits.depth) {
          throw new ScanError(`a value must not be nested deeper than ${this.#limits.depth}`);
        }
      } else if (kind === CLOSE && --this.#depth === 0) {
        this.#at = at;
        return true;
      }
    }
    this.#at = at;
    return false;
  }

  #runScalar(): boolean {
    const chunk = this.#chunk;
    let at = this.#at;
    while (at < chunk.length) {
      const kind = kinds[chunk[at] as number];
      if (kind === BLANK || kind === OPEN || kind === STRING) break;
      if (kind === CLOSE || kind === SEPARATOR) throw new ScanError("what came is not JSON");
      at++;
    }
    this.#at = at;
    return at < chunk.length;
  }

  /** Goes on to the quote that ends the string, or to the end of the chunk. @returns whether the string ended */
  #runString(): boolean {
    const chunk = this.#chunk;
    const { length } = chunk;
    let at = this.#at;
    if (this.#escaped && at < length) {
      at++;
      this.#escaped = false;
    }
    const short = Math.min(length, at + SHORT);
    while (at < short) {
      const byte = chunk[at++];
      if (byte === BACKSLASH) {
        if (at === length) this.#escaped = true;
        else at++;
      } else if (byte === QUOTE) return this.#endString(at);
    }
    const from = at;
    while (at < length) {
      const quote = chunk.indexOf(QUOTE, at);
      const end = quote === -1 ? length : quote;
      const odd = this.#isOdd(from, end);
      at = end + 1;
      if (quote === -1) this.#escaped = odd;
      else if (!odd) return this.#endString(at);
    }
    this.#at = length;
    return false;
  }

  #endString(at: number): boolean {
    this.#at = at;
    this.#state = this.#depth === 0 ? "between" : "inside";
    return true;
  }

  /** Whether an odd number of backslashes stands before `end`. No escape crosses `from`. */
  #isOdd(from: number, end: number): boolean {
    let at = end;
    while (at > from && this.#chunk[at - 1] === BACKSLASH) at--;
    return (end - at) % 2 === 1;
  }

  /** Keeps what was run over, or makes the value of it. */
  #take(start: number, ended: boolean): Scanned | undefined {
    const before = this.#size;
    const size = before + this.#at - start;
    if (size > this.#limits.size) return this.#swallow(start, ended);
    if (!ended) {
      this.#keep(start, this.#at);
      return undefined;
    }
    if (this.#kept > 0) this.#keep(start, this.#at);
    const bytes = this.#kept > 0 ? this.#store.subarray(0, this.#kept) : this.#chunk.subarray(start, this.#at);
    if (!isUtf8(bytes)) throw new ScanError("what came is not text in UTF-8");
    const scanned = { text: bytes.toString("utf8"), depth: this.#deepest };
    this.#reset();
    return scanned;
  }

  #keep(start: number, end: number): void {
    const length = end - start;
    const needed = this.#kept + length;
    if (this.#store.length < needed) {
      const grown = Buffer.allocUnsafe(Math.min(Math.max(needed, 2 * this.#store.length, 1024), this.#limits.size + 1));
      this.#store.copy(grown, 0, 0, this.#kept);
      this.#store = grown;
    }
    this.#chunk.copy(this.#store, this.#kept, start, end);
    this.#kept = needed;
    this.#size += length;
  }

  /** Tells once that the value is too large, then of nothing until it ends. */
  #swallow(start: number, ended: boolean): Scanned | undefined {
    const head = Buffer.concat([
      this.#store.subarray(0, Math.min(this.#kept, HEAD)),
      this.#chunk.subarray(start, Math.min(start + HEAD, this.#at)),
    ]);
    const first = !this.#swallowing;
    this.#swallowing = true;
    this.#size += this.#at - start;
    this.#store = NOTHING;
    this.#kept = 0;
    if (this.#size > SWALLOW * this.#limits.size) throw new ScanError("a value is far too large");
    if (ended) this.#reset();
    return first ? { head: head.toString("latin1", 0, HEAD) } : undefined;
  }

  #reset(): void {
    this.#state = "between";
    this.#kept = 0;
    this.#size = 0;
    this.#depth = 0;
    this.#deepest = 0;
    this.#swallowing = false;
    if (this.#store.length > SPARE) this.#store = NOTHING;
  }
}
