import type { Socket } from "node:net";
import type { ChannelModel } from "amqplib";
import { gatherWrites } from "../../node/gathered-writes.ts";
import type { SocketBytes } from "../../node/socket-bytes.ts";

/** Counts what goes over a connection's socket, which its types leave out, and spares the kernel a call for each frame. */
export function tendSocket({ connection }: ChannelModel, bytes: SocketBytes): void {
  const { stream } = connection as unknown as { stream: Socket };
  bytes.watch(stream);
  gatherWrites(stream);
}
