/** A node with a `logger.write` that stores nothing, for as long as the process that started it is there. */
import { loadConfig } from "../../config/load.ts";
import { joinMesh } from "../../services/lab/driver/member.ts";

process.once("disconnect", () => process.exit());
await joinMesh(loadConfig(), "logger", {
  name: "logger",
  actions: {
    write: { params: { name: "string", data: "string" }, handler: () => Promise.resolve({ id: "0123456789abcdef" }) },
  },
});
process.send?.("ready");
