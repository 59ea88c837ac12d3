import { CodedError } from "../../errors/index.ts";

interface MongoError {
  readonly name?: string;
  readonly message?: string;
  readonly code?: number | string;
  hasErrorLabel?(label: string): boolean;
}

/**
 * The server said so itself: not the primary (any more), shutting down, host gone; or it lets this node in no more (18), as while
 * its password is changed. MongoDB's error codes.
 */
const awayCodes: ReadonlySet<unknown> = new Set([
  6, 7, 18, 64, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436,
]);
const MAX_TIME_EXPIRED = 50;
const DUPLICATE_KEY = 11_000;
const NOT_IMPLEMENTED = 238;

export const isDuplicate = (error: unknown): boolean => (error as MongoError).code === DUPLICATE_KEY;

/** FerretDB, for one, speaks the protocol and lacks some of the server's features. */
export const isNotImplemented = (error: unknown): boolean => (error as MongoError).code === NOT_IMPLEMENTED;

/** The driver's errors that say the server is away, and may be back; everything else stays what it is. */
export function fromMongo(error: unknown): unknown {
  const { name = "", message = "", code } = error as MongoError;
  if (code === MAX_TIME_EXPIRED) {
    return new CodedError("TIMEOUT", "MongoDB took too long over this; ask for less", { cause: error });
  }
  const away =
    /Network|ServerSelection|Timeout|PoolCleared|PoolClosed/.test(name) ||
    /[Tt]opology (is|was) (closed|destroyed)|pool destroyed/.test(message) ||
    awayCodes.has(code) ||
    (error as MongoError).hasErrorLabel?.("RetryableWriteError") === true;
  return away ? new CodedError("DEPENDENCY_UNAVAILABLE", `MongoDB is away: ${message}`, { cause: error }) : error;
}
