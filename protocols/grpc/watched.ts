import { ChannelCredentials } from "@grpc/grpc-js";
import type { SocketBytes } from "../../node/socket-bytes.ts";

type Connector = ReturnType<ChannelCredentials["_createSecureConnector"]>;

/** Credentials that see the sockets they are shown on: the library has no other place to count bytes at. */
export class Watched extends ChannelCredentials {
  readonly #credentials: ChannelCredentials;
  readonly #bytes: SocketBytes;

  constructor(credentials: ChannelCredentials, bytes: SocketBytes) {
    super();
    this.#credentials = credentials;
    this.#bytes = bytes;
  }

  override _isSecure(): boolean {
    return this.#credentials._isSecure();
  }

  override _equals(other: ChannelCredentials): boolean {
    return this === other;
  }

  override _createSecureConnector(...given: Parameters<ChannelCredentials["_createSecureConnector"]>): Connector {
    const connector = this.#credentials._createSecureConnector(...given);
    return {
      connect: (socket) => {
        this.#bytes.watch(socket);
        return connector.connect(socket);
      },
      waitForReady: () => connector.waitForReady(),
      getCallCredentials: () => connector.getCallCredentials(),
      destroy: () => connector.destroy(),
    };
  }
}
