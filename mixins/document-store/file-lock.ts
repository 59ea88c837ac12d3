import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { unlink } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { CodedError } from "../../errors/index.ts";

/**
 * One process a file. A local socket and not a file with a process id: the system lets go of it however the process ends,
 * and an id is soon another process's.
 */
export class FileLock {
  readonly #file: string;
  #server?: Server;

  constructor(file: string) {
    this.#file = file;
  }

  /** Its directory must be there. @throws CodedError CONFLICT when another process has the file */
  async take(): Promise<void> {
    if (this.#server !== undefined) return;
    const path = socketFor(this.#file);
    try {
      this.#server = await listen(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
      if (await answers(path)) {
        const what = `${this.#file} is in use by another process`;
        throw new CodedError("CONFLICT", `${what}: stop that one, or run several on MongoDB (MONGO_URL)`);
      }
      await unlink(path).catch(() => undefined); // Left by a process that was killed.
      this.#server = await listen(path);
    }
  }

  release(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    return new Promise((resolve) => (server === undefined ? resolve() : server.close(() => resolve())));
  }
}

/** In the system's directory for such things, since a socket's path must be short. */
function socketFor(file: string): string {
  const where = join(realpathSync(dirname(file)), basename(file));
  const name = `sixfold-${createHash("sha256").update(where).digest("hex").slice(0, 24)}`;
  return process.platform === "win32" ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.lock`);
}

function listen(path: string): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  server.unref();
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, () => resolve(server));
  });
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => resolve(true));
    socket.once("error", () => resolve(false));
    socket.once("close", () => socket.destroy());
  });
}
