import type { Field, Table } from "../../../src/codec/fields.ts";
import type { Random } from "./random.ts";

const names = [
  "x-message-ttl",
  "x-expires",
  "x-max-length",
  "x-max-length-bytes",
  "x-overflow",
  "x-dead-letter-exchange",
  "x-dead-letter-routing-key",
  "x-single-active-consumer",
  "x-max-priority",
  "x-queue-type",
  "x-delivery-limit",
  "x-priority",
  "x-match",
  "x-death",
  "alternate-exchange",
  "CC",
  "BCC",
  "capabilities",
  "",
  "count",
];
const words = [
  "",
  "classic",
  "quorum",
  "stream",
  "reject-publish",
  "drop-head",
  "any",
  "all-with-x",
  "fuzz-1",
  "fuzz-2",
];

export function randomTable(random: Random, depth = 0): Table {
  const entries = Array.from(
    { length: random.below(4) },
    () => [random.pick(names), randomField(random, depth)] as const,
  );
  return new Map(entries);
}

function randomField(random: Random, depth: number): Field {
  const kind = random.below(depth > 4 ? 6 : 8);
  switch (kind) {
    case 0:
      return { type: "longstr", value: random.pick(words) };
    case 1:
      return { type: random.pick(["signedint", "unsignedint"] as const), value: random.unsigned(32) };
    case 2:
      return { type: random.pick(["long", "timestamp"] as const), value: BigInt(random.unsigned(32)) };
    case 3:
      return { type: "bool", value: random.chance(0.5) };
    case 4:
      return { type: random.pick(["double", "float"] as const), value: random.pick([0, -1, Number.NaN, 1e300]) };
    case 5:
      return random.pick<Field>([
        { type: "void" },
        { type: "byte", value: -1 },
        { type: "decimal", scale: 255, value: 1 },
      ]);
    case 6:
      return { type: "table", value: randomTable(random, depth + 1) };
    default:
      return { type: "array", value: Array.from({ length: random.below(3) }, () => randomField(random, depth + 1)) };
  }
}

/** A table on the wire that is none: wrong sizes, unknown types, or nested deeper than anybody needs. */
export function brokenTable(random: Random): Buffer {
  switch (random.below(4)) {
    case 0:
      return sized(random.bytes(random.below(60)));
    case 1:
      return Buffer.concat([size(random.unsigned(32)), random.bytes(random.below(20))]);
    case 2:
      return sized(Buffer.concat([Buffer.from([1, 0x61, random.below(256)]), random.bytes(random.below(20))]));
    default:
      return nested(random.pick(["F", "A"]), 1 + random.below(random.pick([10, 200, 5000])));
  }
}

function nested(letter: "F" | "A", depth: number): Buffer {
  const opening = letter === "F" ? Buffer.from("\x01aF") : Buffer.from("A");
  const closed: Buffer[] = [];
  let length = 0;
  for (let level = 0; level < depth; level++) {
    closed.push(size(length), opening);
    length += 4 + opening.length;
  }
  // Written from the inside out, so that each size is known.
  const levels = Buffer.concat(closed.reverse());
  const content = letter === "F" ? levels : Buffer.concat([Buffer.from("\x01a"), levels]);
  return sized(content);
}

const sized = (content: Buffer): Buffer => Buffer.concat([size(content.length), content]);

function size(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
