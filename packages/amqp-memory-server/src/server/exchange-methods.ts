import { type ExchangeType, exchangeTypes } from "../broker/exchange.ts";
import type { Table } from "../codec/fields.ts";
import { AmqpError } from "../errors.ts";
import type { Channel, Handlers } from "./channel.ts";

export const exchangeMethods = {
  "exchange.declare": (channel, method) => {
    const { vhost } = channel;
    if (method.passive) vhost.exchange(method.exchange);
    else {
      const { durable, autoDelete, internal } = method;
      const type = exchangeType(method.type);
      if (!vhost.exchanges.has(method.exchange)) refuseReserved("exchange", method.exchange);
      refuseDefault(method.exchange);
      checkArguments(method.exchange, vhost.name, method.arguments);
      const properties = { type, durable, autoDelete, internal, arguments: method.arguments };
      vhost.declareExchange(method.exchange, properties);
    }
    if (!method.nowait) channel.send("exchange.declare-ok", {});
  },
  "exchange.delete": (channel, method) => {
    const { vhost } = channel;
    refuseDefault(method.exchange);
    refuseReserved("exchange", method.exchange);
    const exchange = vhost.exchanges.get(method.exchange);
    if (exchange !== undefined) {
      if (method.ifUnused && exchange.bindingCount > 0) {
        throw new AmqpError("PRECONDITION_FAILED", `exchange '${exchange.name}' in vhost '${vhost.name}' in use`);
      }
      vhost.deleteExchange(exchange);
    }
    if (!method.nowait) channel.send("exchange.delete-ok", {});
  },
  "exchange.bind": (channel, method) => {
    const [source, binding] = exchangeBinding(channel, method);
    channel.vhost.bind(source, binding);
    if (!method.nowait) channel.send("exchange.bind-ok", {});
  },
  "exchange.unbind": (channel, method) => {
    const [source, binding] = exchangeBinding(channel, method);
    channel.vhost.unbind(source, binding);
    if (!method.nowait) channel.send("exchange.unbind-ok", {});
  },
} satisfies Handlers;

function exchangeBinding(
  { vhost }: Channel,
  method: { source: string; destination: string; routingKey: string; arguments: Table },
) {
  refuseDefault(method.source);
  refuseDefault(method.destination);
  const source = vhost.exchange(method.source);
  const destination = vhost.exchange(method.destination);
  return [source, { destination, routingKey: method.routingKey, arguments: method.arguments }] as const;
}

function exchangeType(name: string): ExchangeType {
  const type = exchangeTypes.find((known) => known === name);
  if (type === undefined) throw new AmqpError("COMMAND_INVALID", `unknown exchange type '${name}'`);
  return type;
}

function checkArguments(name: string, vhost: string, args: Table): void {
  const alternate = args.get("alternate-exchange");
  if (alternate !== undefined && alternate.type !== "longstr") {
    throw new AmqpError(
      "PRECONDITION_FAILED",
      `invalid arg 'alternate-exchange' for exchange '${name}' in vhost '${vhost}': {unacceptable_type,${alternate.type}}`,
    );
  }
}

export function refuseDefault(exchange: string): void {
  if (exchange === "") throw new AmqpError("ACCESS_REFUSED", "operation not permitted on the default exchange");
}

export function refuseReserved(kind: "exchange" | "queue", name: string): void {
  if (name.startsWith("amq.")) {
    throw new AmqpError("ACCESS_REFUSED", `${kind} name '${name}' contains reserved prefix 'amq.*'`);
  }
}
