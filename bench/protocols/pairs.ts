import { amqp } from "./pairs/amqp.ts";
import { gateway } from "./pairs/gateway.ts";
import { grpc, grpcAction } from "./pairs/grpc.ts";
import { jsonRpc, jsonRpcAction, jsonRpcPlainAction } from "./pairs/json-rpc.ts";
import { mesh } from "./pairs/mesh.ts";
import { rest } from "./pairs/rest.ts";
import type { Pair } from "./way.ts";

export const pairs = {
  rest,
  "json-rpc": jsonRpc,
  "json-rpc, an action of plain Moleculer": jsonRpcPlainAction,
  "json-rpc, the node's action": jsonRpcAction,
  grpc: grpc(1),
  "grpc, the node's action": grpcAction,
  "grpc, 4 channels": grpc(4),
  amqp,
  mesh,
  gateway,
} satisfies Record<string, Pair>;

export type PairName = keyof typeof pairs;
export const pairNames = Object.keys(pairs) as PairName[];
export const isPairName = (name: string): name is PairName => Object.hasOwn(pairs, name);
