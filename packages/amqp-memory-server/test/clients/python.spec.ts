import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describeForeignClient, run, Unavailable } from "./foreign.ts";

const pika = "pika==1.3.2";

describeForeignClient(`Python: ${pika}`, "python", async (folder) => {
  await run("python3", ["-m", "venv", folder]).catch((error: Error) => {
    throw new Unavailable(`python3 with venv is not on this machine: ${error.message}`);
  });
  const python = join(folder, "bin", "python");
  await run(python, ["-m", "pip", "install", "--quiet", pika], { timeout: 90_000 }).catch((error: Error) => {
    throw new Unavailable(`pip cannot install ${pika}: ${error.message}`);
  });
  return { command: python, args: [fileURLToPath(new URL("./python/client.py", import.meta.url))] };
});
