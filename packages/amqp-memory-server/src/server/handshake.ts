import type { Broker } from "../broker/broker.ts";
import type { VirtualHost } from "../broker/virtual-host.ts";
import { bool, longstr, type Table, table } from "../codec/fields.ts";
import type { Method, MethodArguments, MethodName, MethodOf } from "../codec/method-codec.ts";
import { AmqpError } from "../errors.ts";
import { product, version } from "../product.ts";
import { authenticate, mechanisms } from "./authentication.ts";

export const protocolHeader = Buffer.from("AMQP\x00\x00\x09\x01", "latin1");

const serverCapabilities = [
  "publisher_confirms",
  "exchange_exchange_bindings",
  "basic.nack",
  "consumer_cancel_notify",
  "connection.blocked",
  "consumer_priorities",
  "authentication_failure_close",
  "per_consumer_qos",
  "direct_reply_to",
];
const serverProperties: Table = new Map([
  ["capabilities", table(serverCapabilities.map((name) => [name, bool(true)] as const))],
  ["copyright", longstr("MIT licence")],
  ["product", longstr(product)],
  ["version", longstr(version)],
  ["platform", longstr(`Node.js ${process.versions.node}`)],
  ["information", longstr("In memory: for development and tests")],
]);

type Send = <N extends MethodName>(name: N, values: MethodArguments<N>) => void;

/** What client and server agreed on. */
export interface Session {
  readonly user: string;
  readonly vhost: VirtualHost;
  readonly channelMax: number;
  readonly frameMax: number;
  /** Seconds; 0: none. */
  readonly heartbeat: number;
}

/** From the protocol header to connection.open-ok: who is it, which limits, which virtual host. */
export class Handshake {
  state: "header" | "starting" | "tuning" | "opening" = "header";
  capabilities: Table = new Map();
  #user = "";
  #tuned: MethodOf<"connection.tune-ok"> | undefined;
  readonly #broker: Broker;
  readonly #send: Send;

  constructor(broker: Broker, send: Send) {
    this.#broker = broker;
    this.#send = send;
  }

  /** The client has sent the protocol's header. */
  begin(): void {
    this.state = "starting";
    this.#send("connection.start", {
      versionMajor: 0,
      versionMinor: 9,
      serverProperties,
      mechanisms,
      locales: "en_US",
    });
  }

  /** Takes the client's next method; the session once it is open. Throws AmqpError for one out of turn or out of bounds. */
  take(method: Method): Session | undefined {
    if (this.state === "starting" && method.name === "connection.start-ok") this.#startOk(method);
    else if (this.state === "tuning" && method.name === "connection.tune-ok") this.#tuneOk(method);
    else if (this.#tuned !== undefined && method.name === "connection.open") return this.#open(method, this.#tuned);
    else throw new AmqpError("CHANNEL_ERROR", `unexpected method in connection state ${this.state}`);
    return undefined;
  }

  #startOk(method: MethodOf<"connection.start-ok">): void {
    const capabilities = method.clientProperties.get("capabilities");
    if (capabilities?.type === "table") this.capabilities = capabilities.value;
    this.#user = authenticate(method.mechanism, method.response, this.#broker.options.users);
    this.state = "tuning";
    const { channelMax, frameMax, heartbeat } = this.#broker.options;
    this.#send("connection.tune", { channelMax, frameMax, heartbeat });
  }

  #tuneOk(method: MethodOf<"connection.tune-ok">): void {
    const { frameMax, channelMax } = this.#broker.options;
    checkLimit("channel_max", method.channelMax, channelMax);
    checkLimit("frame_max", method.frameMax, frameMax);
    if (method.frameMax < leastFrame) {
      throw new AmqpError("NOT_ALLOWED", `frame_max=${method.frameMax} < ${leastFrame} min size`);
    }
    this.#tuned = method;
    this.state = "opening";
  }

  #open(
    { virtualHost }: MethodOf<"connection.open">,
    { channelMax, frameMax, heartbeat }: MethodOf<"connection.tune-ok">,
  ): Session {
    const vhost = this.#broker.vhosts.get(virtualHost);
    if (vhost === undefined) throw new AmqpError("NOT_ALLOWED", `vhost ${virtualHost} not found`);
    this.#send("connection.open-ok", {});
    return { user: this.#user, vhost, channelMax, frameMax, heartbeat };
  }
}

/** The protocol's own least frame size, bytes. */
const leastFrame = 4096;

/** The client's answer to a limit may be lower; 0 means none, which is above any. */
function checkLimit(name: string, client: number, server: number): void {
  if (client !== 0 && client <= server) return;
  const asked = client === 0 ? `${name} = 0 (no limit)` : `${name} = ${client}`;
  throw new AmqpError("NOT_ALLOWED", `negotiated ${asked} is higher than the maximum allowed value (${server})`);
}
