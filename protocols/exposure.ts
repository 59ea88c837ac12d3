/** How an action looks on each protocol; a protocol's server mixin reads its own key. */
export interface Exposure {
  readonly rest?: RestExposure;
}

export interface RestExposure {
  /** `"POST /log"`, or several. */
  readonly route: string | readonly string[];
  /** The envelope's message on success; `{email}` is filled in from the parameters. */
  readonly says: string;
}
