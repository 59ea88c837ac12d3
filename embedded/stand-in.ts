import type { NodeName } from "../config/entry.ts";
import type { Config } from "../config/load.ts";

export type StandInName = "postgres" | "amqp" | "smtp";

/** Where a stand-in listens and keeps its data. */
export interface Place {
  readonly host: string;
  /** As many as its kind prefers, in that order. */
  readonly ports: readonly number[];
  readonly dataDir: string;
}

/** A kind of embedded server: what runs where the environment names no real one. */
export interface StandInKind {
  readonly name: StandInName;
  readonly title: string;
  /** Any of these variables says that there is a real server. */
  readonly replacedBy: readonly string[];
  /** The nodes that cannot do without it. */
  readonly neededBy: (node: NodeName, config: Config) => boolean;
  /** The standard ports, taken when they are free. */
  readonly ports: readonly number[];
  /** For people: where it is. */
  readonly url: (place: Place) => string;
  /** The variables that point the nodes to it; known before it runs, and the same after it was started again. */
  readonly environment: (place: Place) => Readonly<Record<string, string>>;
  /** For the Node whose process it has to itself. */
  readonly execArgv?: readonly string[];
  /** Loads and starts it in this process. */
  readonly start: (place: Place) => Promise<Running>;
}

export interface Running {
  stop(): Promise<void>;
}

/** A kind with a place. */
export interface StandIn extends Running {
  readonly name: StandInName;
  readonly environment: Readonly<Record<string, string>>;
}
