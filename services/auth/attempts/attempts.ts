import { CodedError } from "../../../errors/index.ts";
import { clientKey } from "./client-key.ts";
import { TokenBuckets } from "./token-buckets.ts";

const MINUTE = 60_000;
/** A few MB at most, all three together. */
const MAX = 10_000;

/** Failed logins from one address: 30 at once, then four a minute. */
const perClient = { burst: 30, refill: MINUTE / 4, max: MAX };
/** Failed logins to one account, wherever they come from: 10 at once, then two a minute. */
const perAccount = { burst: 10, refill: MINUTE / 2, max: MAX };
/**
 * What an address may still try at an account whose own tries others have used up: three at once, then one in five minutes.
 * So nobody can keep a person out by failing in that person's name.
 */
const reserve = { burst: 3, refill: 5 * MINUTE, max: MAX };

/** A login on its way. It counts as failed until it is told otherwise. */
export interface Attempt {
  /** It was right, or was never decided (the database was away): it does not count. */
  forgive(): void;
}

/**
 * Slows down who guesses passwords. Counts in this process: N replicas let through at most N times as much, and a restart
 * forgets. Known and unknown accounts are counted alike, so a refusal tells nothing of either.
 */
export class Attempts {
  readonly #clients: TokenBuckets;
  readonly #accounts: TokenBuckets;
  readonly #reserves: TokenBuckets;

  /** @param now a clock that only goes forward, ms */
  constructor(now: () => number = () => performance.now()) {
    this.#clients = new TokenBuckets(perClient, now);
    this.#accounts = new TokenBuckets(perAccount, now);
    this.#reserves = new TokenBuckets(reserve, now);
  }

  /**
   * Counted before the password is checked, so that many at once get no further than one after the other.
   * @param account the address as it is looked up
   * @param client the caller's network address; without one only the account's tries are counted
   * @throws CodedError TOO_MANY_ATTEMPTS with `{ retryAfter }`, whole seconds
   */
  begin(account: string, client?: string): Attempt {
    const key = client === undefined ? undefined : clientKey(client);
    const spent: [TokenBuckets, string][] = [];
    if (key !== undefined) {
      refuseFor(this.#clients.wait(key));
      spent.push([this.#clients, key]);
    }
    spent.push(this.#ofAccount(account, key));
    for (const [buckets, of] of spent) buckets.take(of);
    return { forgive: () => spent.splice(0).forEach(([buckets, of]) => void buckets.give(of)) };
  }

  #ofAccount(account: string, client: string | undefined): [TokenBuckets, string] {
    const wait = this.#accounts.wait(account);
    if (wait === 0) return [this.#accounts, account];
    const pair = `${client} ${account}`;
    refuseFor(client === undefined ? wait : Math.min(wait, this.#reserves.wait(pair)));
    return [this.#reserves, pair];
  }
}

function refuseFor(wait: number): void {
  if (wait === 0) return;
  const retryAfter = Math.ceil(wait / 1_000);
  throw new CodedError("TOO_MANY_ATTEMPTS", `too many failed logins, try again in ${retryAfter} s`, {
    data: { retryAfter },
  });
}
