import type { Protocol } from "../../protocols/protocol.ts";

export const contenderNames = [
  "rest",
  "json-rpc",
  "grpc",
  "grpc-stream",
  "amqp",
  "amqp-publish",
  "mesh",
  "mesh-amqp",
  "mesh-tcp",
  "mesh-nats",
  "mesh-cbor",
  "mesh-msgpack",
] as const;
export type ContenderName = (typeof contenderNames)[number];

/** One way to carry the same operation to the nodes that serve it. */
export interface Contender {
  readonly name: ContenderName;
  /** For people. */
  readonly title: string;
  readonly protocol: Protocol;
  /**
   * call: a request and its answer. stream: many requests over one stream, one answer. publish: a message that the broker
   * confirms and nobody answers; measured until all were served.
   */
  readonly form: "call" | "stream" | "publish";
  /** Another mesh than the one that runs: a broker of the driver's and a node that serves, both with these. */
  readonly mesh?: { readonly transporter?: "amqp" | "tcp" | "nats"; readonly serializer?: "CBOR" | "MsgPack" };
}

export const contenders: Readonly<Record<ContenderName, Contender>> = {
  rest: { name: "rest", title: "REST", protocol: "rest", form: "call" },
  "json-rpc": { name: "json-rpc", title: "JSON-RPC over TCP", protocol: "json-rpc", form: "call" },
  grpc: { name: "grpc", title: "gRPC", protocol: "grpc", form: "call" },
  "grpc-stream": { name: "grpc-stream", title: "gRPC client stream", protocol: "grpc", form: "stream" },
  amqp: { name: "amqp", title: "AMQP request/reply", protocol: "amqp", form: "call" },
  "amqp-publish": { name: "amqp-publish", title: "AMQP publish", protocol: "amqp", form: "publish" },
  mesh: { name: "mesh", title: "Moleculer mesh", protocol: "mesh", form: "call" },
  "mesh-amqp": {
    name: "mesh-amqp",
    title: "Mesh over AMQP",
    protocol: "mesh",
    form: "call",
    mesh: { transporter: "amqp" },
  },
  "mesh-tcp": {
    name: "mesh-tcp",
    title: "Mesh over TCP",
    protocol: "mesh",
    form: "call",
    mesh: { transporter: "tcp" },
  },
  "mesh-nats": {
    name: "mesh-nats",
    title: "Mesh over NATS",
    protocol: "mesh",
    form: "call",
    mesh: { transporter: "nats" },
  },
  "mesh-cbor": {
    name: "mesh-cbor",
    title: "Mesh with CBOR",
    protocol: "mesh",
    form: "call",
    mesh: { serializer: "CBOR" },
  },
  "mesh-msgpack": {
    name: "mesh-msgpack",
    title: "Mesh with MsgPack",
    protocol: "mesh",
    form: "call",
    mesh: { serializer: "MsgPack" },
  },
};
