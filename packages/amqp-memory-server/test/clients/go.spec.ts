import { cp } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describeForeignClient, run, Unavailable } from "./foreign.ts";

describeForeignClient("Go: github.com/rabbitmq/amqp091-go", "go", async (folder) => {
  await run("go", ["version"]).catch((error: Error) => {
    throw new Unavailable(`go is not on this machine: ${error.message}`);
  });
  await cp(fileURLToPath(new URL("./go", import.meta.url)), folder, { recursive: true });
  await run("go", ["mod", "download"], { cwd: folder, timeout: 60_000 }).catch((error: Error) => {
    throw new Unavailable(`go cannot download the module: ${error.message}`);
  });
  await run("go", ["build", "-o", "client", "."], { cwd: folder });
  return { command: join(folder, "client"), args: [] };
});
