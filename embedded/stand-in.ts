/** An embedded server: what `npm start` runs where the environment names no real one. */
export interface StandIn {
  readonly name: string;
  /** For people: where it is. */
  readonly url: string;
  /** The variables that point the nodes to it. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}
