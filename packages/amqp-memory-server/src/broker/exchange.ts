import { canonicalTable, type Field, sameField, string, type Table } from "../codec/fields.ts";
import { binary, plain } from "../erlang.ts";
import { AmqpError } from "../errors.ts";
import type { Queue } from "./queue.ts";
import { TopicRouter } from "./topic-router.ts";

export const exchangeTypes = ["direct", "fanout", "topic", "headers"] as const;
export type ExchangeType = (typeof exchangeTypes)[number];
export type Destination = Queue | Exchange;

/** A route from an exchange to a queue or to another exchange. */
export interface Binding {
  readonly destination: Destination;
  readonly routingKey: string;
  readonly arguments: Table;
}

interface Router {
  add(binding: Binding): void;
  remove(binding: Binding): void;
  match(routingKey: string, headers: () => Table): Iterable<Binding>;
}

const routers: Record<ExchangeType, () => Router> = {
  direct: () => new DirectRouter(),
  fanout: () => new FanoutRouter(),
  topic: () => new TopicRouter(),
  headers: () => new HeadersRouter(),
};

export interface ExchangeProperties {
  readonly type: ExchangeType;
  readonly durable: boolean;
  readonly autoDelete: boolean;
  readonly internal: boolean;
  readonly arguments: Table;
}

/** A named set of bindings with a rule that says which of them a message takes. */
export class Exchange {
  readonly kind = "exchange";
  readonly name: string;
  readonly properties: ExchangeProperties;
  readonly alternate: string | undefined;
  readonly #bindings = new Map<string, Binding>();
  readonly #byDestination = new Map<Destination, Set<Binding>>();
  readonly #router: Router;

  constructor(name: string, properties: ExchangeProperties) {
    this.name = name;
    this.properties = properties;
    this.alternate = string(properties.arguments.get("alternate-exchange"));
    this.#router = routers[properties.type]();
  }

  get bindingCount(): number {
    return this.#bindings.size;
  }

  get bindings(): Iterable<Binding> {
    return this.#bindings.values();
  }

  leadsTo(destination: Destination): boolean {
    return this.#byDestination.has(destination);
  }

  /** Adds a binding; false where the same one is there. */
  bind(binding: Binding): boolean {
    if (this.properties.type === "headers") checkMatchMode(binding.arguments);
    const key = bindingKey(binding);
    if (this.#bindings.has(key)) return false;
    this.#bindings.set(key, binding);
    const siblings = this.#byDestination.get(binding.destination);
    if (siblings === undefined) this.#byDestination.set(binding.destination, new Set([binding]));
    else siblings.add(binding);
    this.#router.add(binding);
    return true;
  }

  /** Removes the equal binding; false where there is none. */
  unbind(binding: Binding): boolean {
    const key = bindingKey(binding);
    const found = this.#bindings.get(key);
    if (found === undefined) return false;
    this.#bindings.delete(key);
    const siblings = this.#byDestination.get(binding.destination);
    siblings?.delete(found);
    if (siblings?.size === 0) this.#byDestination.delete(binding.destination);
    this.#router.remove(found);
    return true;
  }

  /** Removes all bindings to a destination that goes away, and returns them. */
  unbindAll(destination: Destination): Binding[] {
    const gone = [...(this.#byDestination.get(destination) ?? [])];
    for (const binding of gone) this.unbind(binding);
    return gone;
  }

  /** The destinations of a message; one may come more than once. */
  *match(routingKey: string, headers: () => Table): Generator<Destination> {
    for (const binding of this.#router.match(routingKey, headers)) yield binding.destination;
  }
}

function bindingKey({ destination, routingKey, arguments: args }: Binding): string {
  return JSON.stringify([destination.kind, destination.name, routingKey, canonicalTable(args)]);
}

class DirectRouter implements Router {
  readonly #byKey = new Map<string, Set<Binding>>();

  add(binding: Binding): void {
    const bindings = this.#byKey.get(binding.routingKey);
    if (bindings === undefined) this.#byKey.set(binding.routingKey, new Set([binding]));
    else bindings.add(binding);
  }

  remove(binding: Binding): void {
    const bindings = this.#byKey.get(binding.routingKey);
    bindings?.delete(binding);
    if (bindings?.size === 0) this.#byKey.delete(binding.routingKey);
  }

  match(routingKey: string): Iterable<Binding> {
    return this.#byKey.get(routingKey) ?? [];
  }
}

class FanoutRouter implements Router {
  readonly #bindings = new Set<Binding>();

  add(binding: Binding): void {
    this.#bindings.add(binding);
  }
  remove(binding: Binding): void {
    this.#bindings.delete(binding);
  }
  match(): Iterable<Binding> {
    return this.#bindings;
  }
}

class HeadersRouter implements Router {
  readonly #bindings = new Set<Binding>();

  add(binding: Binding): void {
    this.#bindings.add(binding);
  }
  remove(binding: Binding): void {
    this.#bindings.delete(binding);
  }

  *match(_routingKey: string, headers: () => Table): Generator<Binding> {
    const given = headers();
    for (const binding of this.#bindings) if (headersMatch(binding.arguments, given)) yield binding;
  }
}

const matchModes = ["all", "any", "all-with-x", "any-with-x"];

function checkMatchMode(args: Table): void {
  const mode = args.get("x-match");
  if (mode === undefined || (mode.type === "longstr" && matchModes.includes(mode.value))) return;
  const fault =
    mode.type === "longstr"
      ? `value ${binary(Buffer.from(mode.value, "latin1"))}; expected all, any, all-with-x, or any-with-x`
      : `type ${mode.type} (value ${plain(mode)}); expected longstr`;
  throw new AmqpError("PRECONDITION_FAILED", `Invalid x-match field ${fault}`);
}

/** RabbitMQ's rule: "all" of the binding's arguments or "any" of them; those named x-… count only in the -with-x forms. */
function headersMatch(pattern: Table, headers: Table): boolean {
  const mode = string(pattern.get("x-match")) ?? "all";
  const withX = mode.endsWith("-with-x");
  const wanted = [...pattern].filter(([name]) => name !== "x-match" && (withX || !name.startsWith("x-")));
  const matches = ([name, field]: [string, Field]): boolean =>
    headers.has(name) && (field.type === "void" || sameField(field, headers.get(name)));
  return mode.startsWith("any") ? wanted.some(matches) : wanted.every(matches);
}
