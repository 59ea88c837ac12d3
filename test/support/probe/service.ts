import type { Context, ServiceSchema } from "moleculer";
import { type Code, isCode } from "../../../errors/codes.ts";
import { CodedError } from "../../../errors/index.ts";
import { httpMixin } from "../../../mixins/http.mixin.ts";
import { amqpServer } from "../../../protocols/amqp/server.mixin.ts";
import type { Exposure } from "../../../protocols/exposure.ts";
import { grpcServer } from "../../../protocols/grpc/server.mixin.ts";
import { jsonRpcServer } from "../../../protocols/json-rpc/server.mixin.ts";
import { restServer } from "../../../protocols/rest/server.mixin.ts";

/** What the probe tells of a call: that it was begun, and why its signal aborted. */
export interface Told {
  readonly id: string;
  readonly begun?: true;
  readonly aborted?: Code;
}

/** An rpc of the log whose messages have the fields that are wanted: the probe needs no .proto of its own. */
const over = (route: string, rpc: string, more: Partial<Exposure> = {}): Exposure => ({
  rest: { route, says: "done" },
  jsonRpc: true,
  grpc: `logs.LogService/${rpc}`,
  amqp: true,
  ...more,
});

const id = { type: "string", max: 100 };
const text = { type: "string", optional: true };

/** What serves over every protocol, in the logger's place. */
export const onTheLoggersPorts = [
  httpMixin("loggerPort"),
  restServer,
  jsonRpcServer("loggerJsonRpcPort"),
  grpcServer("loggerGrpcPort"),
  amqpServer,
];

/** A service that does what a test wants to see, over every protocol alike. */
export const probe = (
  name: string,
  tell: (told: Told) => void,
  released: (id: string) => Promise<void>,
): ServiceSchema => ({
  name,
  mixins: onTheLoggersPorts,
  actions: {
    /** Gives back what it gets. */
    echo: {
      params: { id, name: text, data: text },
      expose: over("POST /echo", "UpdateLog"),
      handler: ({ params }: Context<{ id: string; name?: string; data?: string }>) => ({
        name: "",
        data: "",
        ...params,
      }),
    },
    /** Answers with an id of so many characters. */
    large: {
      params: { name: text, data: "string" },
      expose: over("POST /large", "", { grpc: { rpc: "logs.LogService/WriteLog", params: "logEntry" } }),
      handler: ({ params }: Context<{ data: string }>) => ({ result: "", id: "x".repeat(Number(params.data)) }),
    },
    /** Works until it is released, or its signal aborts. */
    wait: {
      params: { id },
      expose: over("POST /wait", "GetLog", { idempotent: true }),
      async handler({ params, options: { signal } }: Context<{ id: string }>) {
        tell({ id: params.id, begun: true });
        const aborted = new Promise<never>((_, reject) => {
          signal?.addEventListener("abort", () => {
            tell({ id: params.id, aborted: (signal.reason as CodedError).type });
            reject(signal.reason);
          });
        });
        await Promise.race([released(params.id), aborted]);
        return { id: params.id, name: "", data: "released" };
      },
    },
    /** Fails with the code that it gets. */
    fail: {
      params: { id },
      expose: over("POST /fail", "RemoveLog"),
      handler({ params }: Context<{ id: string }>): never {
        if (!isCode(params.id)) throw new Error("password=hunter2");
        throw new CodedError(params.id, `it is "${params.id}": é\u{1F600}`, {
          data: { field: "id", given: params.id },
        });
      },
    },
  },
});
