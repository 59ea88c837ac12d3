/** One call of the no-op; resolves to its value. */
export type Call = () => Promise<unknown>;

/** One way to make it: our adapter, or the bare library. Server and client run each in a process of their own. */
export interface Way {
  /** @returns what a client needs to find it */
  serve(): Promise<string>;
  connect(address: string): Promise<Call>;
}

/** The bare way does what the library needs, reads and writes the same messages, and does nothing else. */
export interface Pair {
  readonly adapter: Way;
  readonly bare: Way;
}

/** What every call carries there and back, beside a request's id. */
export const params = { payload: "x".repeat(100) };
export type Params = typeof params;

let last = 0;
export const requestId = (): string => `bench-${++last}`;

/** ms */
export const DEADLINE = 10_000;
