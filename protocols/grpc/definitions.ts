import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { MethodDefinition } from "@grpc/grpc-js";
import {
  loadSync,
  type MessageTypeDefinition,
  type PackageDefinition,
  type ServiceDefinition,
} from "@grpc/proto-loader";
import { protoPath as healthProto } from "grpc-health-check";
import { fieldsOf, type MessageFields } from "./fields.ts";

/** What a message is in memory: its fields by their names in the .proto. */
export type Message = Record<string, unknown>;

/** One rpc of the .proto files. */
export interface Rpc {
  /** Such as `logs.LogService/WriteLog`. */
  readonly name: string;
  readonly service: string;
  readonly method: string;
  readonly definition: MethodDefinition<Message, Message>;
  readonly request: MessageFields;
  readonly response: MessageFields;
}

const directory = fileURLToPath(new URL("./proto/", import.meta.url));
const own = readdirSync(directory).filter((file) => file.endsWith(".proto"));

/** Everything in `proto/`, and the standard health service. */
export const definitions: PackageDefinition = loadSync([...own, healthProto], {
  includeDirs: [directory],
  keepCase: true,
  longs: Number,
  enums: String,
  // A field that is not `optional` has its default when it was not sent: proto3 does not tell the two apart.
  defaults: true,
});

const isService = (definition: PackageDefinition[string]): definition is ServiceDefinition => !("format" in definition);

export const services: ReadonlyMap<string, ServiceDefinition> = new Map(
  Object.entries(definitions).flatMap(([name, definition]) => (isService(definition) ? [[name, definition]] : [])),
);

const rpcs: ReadonlyMap<string, Rpc> = new Map(
  [...services].flatMap(([service, methods]) =>
    Object.entries(methods).map(([method, definition]) => {
      const name = `${service}/${method}`;
      const fields = ({ requestType, responseType }: typeof definition) => ({
        request: fieldsOf(requestType as MessageTypeDefinition<object, object>, definitions, service),
        response: fieldsOf(responseType as MessageTypeDefinition<object, object>, definitions, service),
      });
      const rpc = { name, service, method, definition: definition as Rpc["definition"], ...fields(definition) };
      return [name, rpc] as const;
    }),
  ),
);

export const findRpc = (name: string): Rpc | undefined => rpcs.get(name);

/** Those of one service, or of all: for who wrote another. */
export const rpcNames = (service?: string): string[] =>
  [...rpcs.values()].filter((rpc) => service === undefined || rpc.service === service).map(({ name }) => name);
