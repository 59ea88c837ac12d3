/** How an action looks on each protocol; a protocol's server mixin reads its own key. */
export interface Exposure {
  /**
   * Done twice it is the same as once: a client asks another node when the first died with it in hand. What is a GET or a PUT
   * is so anyway; what takes a message id over AMQP, when it is given one.
   */
  readonly idempotent?: true;
  readonly rest?: RestExposure;
  /** Its method is the operation's full name. */
  readonly jsonRpc?: true | { readonly also: Readonly<Record<string, JsonRpcMethod>> };
  /** One rpc or several; a name alone is an rpc whose request has the parameters and whose response is the value. */
  readonly grpc?: string | GrpcExposure | readonly (string | GrpcExposure)[];
  /** Its full name is the operation; `messageId` names the parameter that takes the message's id when it is not given. */
  readonly amqp?: true | { readonly messageId: string };
}

export interface RestExposure {
  /**
   * `"POST /log"`, `"GET /logs/:id"`, or several. A parameter that the path names is there, the others are in the query of a
   * GET or DELETE, else in the body. GET is answered 200, the others 202.
   */
  readonly route: string | readonly string[];
  /** The envelope's message on success; `{email}` is filled in from the parameters. */
  readonly says: string;
}

/** Another method name, for clients of another system; the case of parameters' names does not matter, as in Go. */
export interface JsonRpcMethod {
  /** The result, a text; `{name}` is filled in from the parameters. */
  readonly says: string;
}

/**
 * Where an rpc's messages have an action's parameters and value. A stream of requests calls the action for each and answers
 * with their count; a stream of responses is what an action gives that returns an async iterable.
 */
export interface GrpcExposure {
  /** Such as `logs.LogService/WriteLog`, as the .proto has it. */
  readonly rpc: string;
  /** The request's field that has the parameters in it. */
  readonly params?: string;
  /** The response's field that is the value. */
  readonly value?: string;
  /** Fields of the response beside the value. */
  readonly adds?: Readonly<Record<string, string>>;
}
