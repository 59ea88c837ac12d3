import { type ExchangeType, exchangeTypes } from "../broker/exchange.ts";
import type { Table } from "../codec/fields.ts";
import { AmqpError } from "../errors.ts";
import type { Handlers } from "./channel.ts";

export const exchangeMethods = {
  "exchange.declare": (channel, method) => {
    const { vhost } = channel;
    refuseDefault(method.exchange);
    if (method.passive) vhost.exchange(method.exchange);
    else {
      const { durable, autoDelete, internal } = method;
      const type = exchangeType(method.type);
      if (!vhost.exchanges.has(method.exchange)) refuseReserved("exchange", method.exchange);
      checkArguments(method.exchange, vhost.name, method.arguments);
      const properties = { type, durable, autoDelete, internal, arguments: method.arguments };
      vhost.declareExchange(method.exchange, properties);
    }
    if (!method.nowait) channel.send("exchange.declare-ok", {});
  },
  "exchange.delete": (channel, method) => {
    const { vhost } = channel;
    refuseDefault(method.exchange);
    if (method.exchange.startsWith("amq.")) {
      const detail = `deletion of system exchange '${method.exchange}' in vhost '${vhost.name}' not allowed`;
      throw new AmqpError("ACCESS_REFUSED", detail);
    }
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
    refuseDefault(method.source);
    refuseDefault(method.destination);
    const source = channel.vhost.exchange(method.source);
    const destination = channel.vhost.exchange(method.destination);
    channel.vhost.bind(source, { destination, routingKey: method.routingKey, arguments: method.arguments });
    if (!method.nowait) channel.send("exchange.bind-ok", {});
  },
  "exchange.unbind": (channel, method) => {
    refuseDefault(method.source);
    refuseDefault(method.destination);
    channel.vhost.unbind(method.source, channel.vhost.exchanges.get(method.destination), method);
    if (!method.nowait) channel.send("exchange.unbind-ok", {});
  },
} satisfies Handlers;

function exchangeType(name: string): ExchangeType {
  const type = exchangeTypes.find((known) => known === name);
  if (type === undefined) {
    throw new AmqpError("COMMAND_INVALID", `${name === "" ? "invalid" : "unknown"} exchange type '${name}'`);
  }
  return type;
}

function checkArguments(name: string, vhost: string, args: Table): void {
  const alternate = args.get("alternate-exchange");
  if (alternate !== undefined && alternate.type !== "longstr") {
    throw new AmqpError(
      "PRECONDITION_FAILED",
      `invalid type '${alternate.type}' for arg 'alternate-exchange' in exchange '${name}' in vhost '${vhost}'`,
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
