import { CodedError } from "../../../errors/index.ts";

/**
 * Hashing at once. libuv's pool has four threads and serves files and look-ups of names too: one stays free for those, also
 * while a crowd logs in.
 */
const SLOTS = 3;
/** Beyond these a caller is told OVERLOADED: they would wait longer than anybody listens. */
const MAX_WAITING = 100;

let free = SLOTS;
const waiting: (() => void)[] = [];

/** Runs the work when a slot is free. @throws CodedError OVERLOADED */
export async function inSlot<T>(work: () => Promise<T>): Promise<T> {
  await take();
  try {
    return await work();
  } finally {
    give();
  }
}

function take(): Promise<void> | void {
  if (free > 0) {
    free--;
    return;
  }
  if (waiting.length >= MAX_WAITING) throw new CodedError("OVERLOADED", "too many passwords to check, try again");
  return new Promise((resolve) => waiting.push(resolve));
}

/** A slot goes straight to who waits longest. */
function give(): void {
  const next = waiting.shift();
  if (next === undefined) free++;
  else next();
}
