import { ChannelCredentials, type ChannelOptions, Client, type ClientUnaryCall } from "@grpc/grpc-js";
import type { SocketBytes } from "../../node/socket-bytes.ts";
import { MAX_RECEIVED } from "../answer-size.ts";
import { Watched } from "./watched.ts";

/** A connection that says nothing is asked whether it is still there, ms. */
const KEEPALIVE = 20_000;
const KEEPALIVE_TIMEOUT = 5_000;

const options: ChannelOptions = {
  "grpc.max_receive_message_length": MAX_RECEIVED,
  "grpc.max_send_message_length": -1,
  "grpc.keepalive_time_ms": KEEPALIVE,
  "grpc.keepalive_timeout_ms": KEEPALIVE_TIMEOUT,
  "grpc.keepalive_permit_without_calls": 1,
  // A node that came back is found again soon.
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": 2_000,
  // Connections are kept, also those that nobody has used for long.
  "grpc.client_idle_timeout_ms": 2_147_483_647,
  // Each channel has its own connection, and none goes through the proxy that the environment names for the outside.
  "grpc.use_local_subchannel_pool": 1,
  "grpc.enable_http_proxy": 0,
  "grpc.service_config_disable_resolution": 1,
  "grpc.enable_channelz": 0,
};

type InHand = Pick<ClientUnaryCall, "cancel">;

/** Channels to the nodes' gRPC ports, opened once and kept while the registry has the address. */
export class Channels {
  readonly #channels = new Map<string, Client[]>();
  readonly #inHand = new Map<string, Set<InHand>>();
  readonly #perAddress: number;
  readonly #secure: ChannelCredentials;
  readonly #bytes: SocketBytes;
  #turn = 0;

  /** @param perAddress connections to each node. @param secure for addresses with TLS */
  constructor(perAddress: number, secure: ChannelCredentials, bytes: SocketBytes) {
    this.#perAddress = perAddress;
    this.#secure = secure;
    this.#bytes = bytes;
  }

  /** @param address `grpc://host:port`, or `grpcs://` for TLS */
  to(address: string): Client {
    let channels = this.#channels.get(address);
    if (channels === undefined) {
      channels = Array.from({ length: this.#perAddress }, () => this.#open(new URL(address)));
      this.#channels.set(address, channels);
    }
    return channels[this.#turn++ % channels.length] as Client;
  }

  /** Has the call end when the node at the address is gone. @returns what to call when it has ended */
  hold(address: string, call: InHand): () => void {
    let calls = this.#inHand.get(address);
    if (calls === undefined) {
      calls = new Set();
      this.#inHand.set(address, calls);
    }
    const held = calls.add(call);
    return () => held.delete(call);
  }

  /** The node there is gone: what it was asked ends at once, as CANCELLED that nobody asked for. */
  drop(address: string): void {
    for (const call of this.#inHand.get(address) ?? []) call.cancel();
  }

  /** Closes those to other addresses; the calls they have in hand end as they may. */
  keepOnly(addresses: ReadonlySet<string>): void {
    for (const [address, channels] of this.#channels) {
      if (addresses.has(address)) continue;
      this.#channels.delete(address);
      this.#inHand.delete(address);
      for (const channel of channels) channel.close();
    }
  }

  #open({ protocol, host }: URL): Client {
    const credentials = protocol === "grpcs:" ? this.#secure : ChannelCredentials.createInsecure();
    return new Client(host, new Watched(credentials, this.#bytes), options);
  }
}
