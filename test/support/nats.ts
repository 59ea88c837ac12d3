import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { portOr } from "../../embedded/free-port.ts";
import { natsServer } from "./require.ts";

/** A NATS server of this test's own; it takes every login. */
export async function startNats(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const port = await portOr(0, "127.0.0.1");
  const address = ["--addr", "127.0.0.1", "--port", String(port)];
  const server = spawn(natsServer, address, { stdio: ["ignore", "ignore", "pipe"] });
  await ready(server);
  return {
    url: `nats://127.0.0.1:${port}`,
    async stop() {
      if (server.exitCode === null && server.kill()) await once(server, "exit");
    },
  };
}

const ready = ({ stderr }: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    let said = "";
    stderr?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes("Server is ready")) resolve();
    });
    stderr?.once("end", () => reject(new Error(`no NATS server: ${said}`)));
  });
