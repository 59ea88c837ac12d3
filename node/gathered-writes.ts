import type { Writable } from "node:stream";

/**
 * What is written to the socket in one turn of the event loop goes to the kernel in one call. For a library that writes each
 * frame by itself: under load the kernel would take most of its time.
 */
export function gatherWrites(socket: Writable): void {
  const write: Writable["write"] = socket.write.bind(socket);
  let gathering = false;
  socket.write = ((...chunk: Parameters<Writable["write"]>) => {
    if (!gathering) {
      gathering = true;
      socket.cork();
      process.nextTick(() => {
        gathering = false;
        socket.uncork();
      });
    }
    return write(...chunk);
  }) as Writable["write"];
}
