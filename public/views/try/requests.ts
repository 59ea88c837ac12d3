import type { Protocol } from "../../../protocols/protocol.ts";

export const protocolNames: Readonly<Record<Protocol, string>> = {
  rest: "REST",
  "json-rpc": "JSON-RPC",
  grpc: "gRPC",
  amqp: "AMQP",
  mesh: "Mesh",
};

/** One button: what it sends, over what, and what comes of it. */
export interface TryRequest {
  readonly id: string;
  readonly name: string;
  readonly group: "services" | "protocols";
  readonly path: string;
  readonly payload?: object;
  /** The way it takes, station by station. */
  readonly way: string;
  readonly says: string;
  /** Where what it did can be seen. */
  readonly seenIn?: { readonly view: string; readonly says: string };
}

const log = { action: "log", log: { name: "event", data: "Some kind of data" } };
const inLog = { view: "log", says: "See it in the log" };

const overProtocol = (via: Protocol, path: string, says: string): TryRequest => ({
  id: via,
  name: protocolNames[via],
  group: "protocols",
  path,
  payload: log,
  way: `HTTP to the gateway, ${protocolNames[via]} to the logger.`,
  says,
  seenIn: inLog,
});

export const requests: readonly TryRequest[] = [
  {
    id: "broker",
    name: "Broker",
    group: "services",
    path: "/",
    way: "HTTP to the gateway, an event to the listener.",
    says: "Knocks at the gateway with an empty request. It answers by itself and tells of it with the event broker_hit.",
    seenIn: inLog,
  },
  {
    id: "auth",
    name: "Auth",
    group: "services",
    path: "/handle",
    payload: { action: "auth", auth: { email: "admin@example.com", password: "verysecret" } },
    way: "HTTP to the gateway, from there to auth.",
    says: "Asks auth whether the password is right. The user is in Postgres; the login is told as an event.",
    seenIn: inLog,
  },
  {
    id: "mail",
    name: "Mail",
    group: "services",
    path: "/handle",
    payload: {
      action: "mail",
      mail: { from: "me@example.com", to: "you@example.com", subject: "Test email", message: "Hello world!" },
    },
    way: "HTTP to the gateway, from there to the mailer, SMTP to the mail server.",
    says: "Gives the mailer a mail. It is kept before the answer comes, so an outage of the mail server loses nothing.",
    seenIn: { view: "mail", says: "See it in Mail" },
  },
  {
    id: "log",
    name: "Log",
    group: "services",
    path: "/handle",
    payload: log,
    way: "HTTP to the gateway, from there to the logger.",
    says: "Writes an entry into the log. The answer comes when it is stored.",
    seenIn: inLog,
  },
  overProtocol("rest", "/log-rest", "The entry as an HTTP POST with a JSON body: readable everywhere."),
  overProtocol("json-rpc", "/log-rpc", "The entry as a JSON-RPC call over a kept TCP connection."),
  overProtocol("grpc", "/log-grpc", "The entry as a typed message over HTTP/2, with a deadline."),
  overProtocol("amqp", "/log-amqp", "The entry as a message to the logger's queue; the reply comes back by queue."),
  overProtocol("mesh", "/log-mesh", "The entry as a Moleculer call: any logger that is free takes it."),
];

/** What the editor begins with. An empty text is an empty body. */
export const textOf = ({ payload }: TryRequest): string =>
  payload === undefined ? "" : JSON.stringify(payload, null, 2);

/** Only these take "via". */
export const isHandled = ({ path }: TryRequest): boolean => path === "/handle";

/** The payload with another protocol to go over, "" for the action's usual one. */
export function textOver(payload: object, via: string): string {
  const { via: _, ...rest } = payload as { via?: unknown };
  return JSON.stringify(via === "" ? rest : { ...payload, via }, null, 2);
}
