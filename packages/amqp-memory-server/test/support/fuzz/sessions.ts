import { sessions } from "../sessions.ts";
import { encode, encodeHello } from "../wire-client.ts";
import { brokenFrame, brokenMethod, framesOf, likelyMethod, randomContent, randomMethod } from "./frames.ts";
import { Random } from "./random.ts";
import { brokenTable } from "./tables.ts";

export interface FuzzedSession {
  readonly kind: string;
  readonly stream: Buffer;
  /** Hangs up without waiting for anything, as a client that is killed. */
  readonly abrupt: boolean;
}

const valid = Object.values(sessions);
const hello = encodeHello();

/** How a session is spoilt, and how often. */
const kinds = {
  "bytes of a valid session changed": (random) => changeBytes(random, random.pick(valid)),
  "frames of a valid session moved": (random) => moveFrames(random, random.pick(valid)),
  "the handshake spoilt": (random) => (random.chance(0.5) ? changeBytes(random, hello) : spoiltLogin(random)),
  "random methods": (random) => conversation(random, 0),
  "random methods and broken frames": (random) => conversation(random, 0.1),
  "likely methods": (random) => conversation(random, 0, 0.95),
  noise: (random) => random.bytes(random.below(400)),
} satisfies Record<string, (random: Random) => Buffer>;

/** The session of a seed: always the same one. */
export function fuzzedSession(seed: number): FuzzedSession {
  const random = new Random(seed);
  const kind = random.pick(Object.keys(kinds)) as keyof typeof kinds;
  return { kind, stream: kinds[kind](random), abrupt: random.chance(0.2) };
}

function changeBytes(random: Random, original: Buffer): Buffer {
  let bytes = Buffer.from(original);
  for (let change = 0; change <= random.below(6); change++) {
    const at = random.below(bytes.length);
    const until = at + random.below(20);
    switch (random.below(5)) {
      case 0:
        bytes[at] = random.below(256);
        break;
      case 1:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
        break;
      case 2:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(until)]);
        break;
      case 3:
        bytes = Buffer.concat([bytes.subarray(0, at), random.bytes(random.below(20)), bytes.subarray(at)]);
        break;
      default:
        bytes = Buffer.concat([bytes.subarray(0, until), bytes.subarray(at)]);
    }
    if (bytes.length === 0) break;
  }
  return random.chance(0.1) ? bytes.subarray(0, random.below(bytes.length)) : bytes;
}

function moveFrames(random: Random, original: Buffer): Buffer {
  const [start, ...frames] = framesOf(original) as [Buffer, ...Buffer[]];
  const opening = random.chance(0.8) ? 4 : 0;
  const rest = frames.slice(opening);
  const count = 1 + random.below(5);
  for (let move = 0; move < count; move++) {
    const at = random.below(rest.length);
    const moved = rest[at] as Buffer;
    switch (random.below(4)) {
      case 0:
        rest.splice(at, 1);
        break;
      case 1:
        rest.splice(random.below(rest.length), 0, moved);
        break;
      case 2: {
        const changed = Buffer.from(moved);
        changed.writeUInt16BE(random.pick([0, 1, 2, 3, 7, 65_535]), 1);
        rest[at] = changed;
        break;
      }
      default: {
        const changed = Buffer.from(moved);
        changed[0] = random.pick([1, 2, 3, 8, 4]);
        rest[at] = changed;
      }
    }
  }
  return Buffer.concat([start, ...frames.slice(0, opening), ...(random.chance(0.2) ? random.shuffle(rest) : rest)]);
}

function spoiltLogin(random: Random): Buffer {
  const [start, login, tune, open] = framesOf(hello) as [Buffer, Buffer, Buffer, Buffer];
  const broken = Buffer.concat([login.subarray(0, 11), brokenTable(random), login.subarray(-30)]);
  broken.writeUInt32BE(random.chance(0.8) ? broken.length - 8 : random.unsigned(32), 3);
  return Buffer.concat([start, ...random.shuffle([broken, tune, open, login]).slice(random.below(3))]);
}

function conversation(random: Random, broken: number, likely = 0.6): Buffer {
  const channels = [1, 2, 3].slice(0, 1 + random.below(3));
  const said = [hello, ...channels.map((channel) => encode(channel, "channel.open", {}))];
  const length = random.below(40);
  for (let index = 0; index < length; index++) {
    const channel = random.pick(channels);
    if (random.chance(broken)) said.push(random.pick([brokenFrame, brokenMethod])(random, channel));
    else if (random.chance(0.3)) said.push(randomContent(random, channel));
    else if (random.chance(likely)) said.push(likelyMethod(random, channel));
    else said.push(randomMethod(random, random.chance(0.95) ? channel : 0));
  }
  return Buffer.concat(said);
}
