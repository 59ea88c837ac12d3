import { CodedError } from "../../errors/index.ts";
import { boundedAnswer } from "../answer-size.ts";
import type { Exposure, GrpcExposure } from "../exposure.ts";
import { findRpc, type Message, type Rpc, rpcNames } from "./definitions.ts";
import type { MessageFields } from "./fields.ts";
import { fromMessage, toRequest, toResponse } from "./message.ts";

/** An rpc, and where in its messages an action's parameters and value are. */
export interface Mapping extends GrpcExposure {
  readonly of: Rpc;
  readonly paramFields: MessageFields;
}

/**
 * The rpcs an action is served as.
 * @param action its full name, for the message
 * @throws CodedError INTERNAL that names what is in no .proto, or in no message
 */
export const mappingsOf = (action: string, { grpc = [] }: Exposure): Mapping[] =>
  [grpc].flat().map((given) => mappingOf(action, typeof given === "string" ? { rpc: given } : given));

function mappingOf(action: string, exposure: GrpcExposure): Mapping {
  const of = findRpc(exposure.rpc);
  if (of === undefined) {
    const near = rpcNames(exposure.rpc.split("/")[0]);
    const known = (near.length > 0 ? near : rpcNames()).filter((name) => !name.startsWith("grpc."));
    throw mistake(action, `"${exposure.rpc}" is in no .proto; there are ${known.join(", ")}`);
  }
  const { request, response } = of;
  const { params, value, adds = {} } = exposure;
  for (const name of params === undefined ? [] : [params]) {
    if (request.get(name)?.fields === undefined) throw mistake(action, `the request of ${of.name} has no "${name}"`);
  }
  for (const name of [...(value === undefined ? [] : [value]), ...Object.keys(adds)]) {
    if (!response.has(name)) throw mistake(action, `the response of ${of.name} has no "${name}"`);
  }
  const paramFields = params === undefined ? request : (request.get(params)?.fields ?? request);
  return { ...exposure, of, paramFields };
}

const mistake = (action: string, what: string): CodedError =>
  new CodedError("INTERNAL", `${action}: expose.grpc: ${what}`);

/** @throws CodedError VALIDATION_FAILED */
export function requestFor({ params, paramFields }: Mapping, given: object): Message {
  const message = toRequest(paramFields, given);
  return params === undefined ? message : { [params]: message };
}

export function paramsIn({ params, paramFields }: Mapping, request: Message): Message {
  const given = params === undefined ? request : ((request[params] ?? {}) as Message);
  return fromMessage(paramFields, given, false);
}

/** The response's bytes. @throws CodedError INTERNAL when they are too many */
export function responseFor({ of, value: field, adds }: Mapping, value: unknown): Buffer {
  const given = (field === undefined ? value : { [field]: value }) as object | null | undefined;
  const message = toResponse(of.response, given ?? {});
  return boundedAnswer(of.definition.responseSerialize(adds === undefined ? message : { ...message, ...adds }));
}

export function valueIn({ of, value: field, adds }: Mapping, response: Message): unknown {
  const value = fromMessage(of.response, response, true);
  if (field !== undefined) return value[field];
  for (const name of Object.keys(adds ?? {})) delete value[name];
  return value;
}
