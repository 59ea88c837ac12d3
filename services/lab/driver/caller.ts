import { randomUUID } from "node:crypto";
import type { ServiceBroker } from "moleculer";
import { AmqpClient } from "../../../protocols/amqp/client.ts";
import type { CallOptions, ProtocolClient } from "../../../protocols/client.ts";
import { GrpcClient } from "../../../protocols/grpc/client.ts";
import { JsonRpcClient } from "../../../protocols/json-rpc/client.ts";
import { MeshClient } from "../../../protocols/mesh/client.ts";
import type { Protocol } from "../../../protocols/protocol.ts";
import { RestClient } from "../../../protocols/rest/client.ts";

const clients: Readonly<Record<Protocol, new (broker: ServiceBroker) => ProtocolClient>> = {
  rest: RestClient,
  "json-rpc": JsonRpcClient,
  grpc: GrpcClient,
  amqp: AmqpClient,
  mesh: MeshClient,
};

export const clientOf = (protocol: Protocol, broker: ServiceBroker): ProtocolClient => new clients[protocol](broker);

/** What a call may take before it counts as an error, ms; a stream's many messages have longer. */
const DEADLINE = 10_000;
export const STREAM_DEADLINE = 60_000;

export const callOptions = (deadline = DEADLINE): CallOptions => ({ deadline, requestId: `lab-${randomUUID()}` });
