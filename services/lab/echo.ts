import type { ActionSchema, Context } from "moleculer";

/** Does nothing but carry: what a call over each protocol costs by itself. */
export const echo = {
  params: { payload: { type: "string", max: 1_048_576 } },
  expose: {
    idempotent: true,
    rest: { route: "POST /echo", says: "echoed" },
    jsonRpc: true,
    grpc: ["lab.LabService/Echo", { rpc: "lab.LabService/EchoEach", value: "served" }],
    amqp: true,
  },
} as const satisfies ActionSchema;

export interface EchoParams {
  readonly payload: string;
}

export const echoed = ({ params: { payload } }: Context<EchoParams>): EchoParams => ({ payload });
