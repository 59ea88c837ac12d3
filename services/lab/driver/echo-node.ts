/** A node that serves `lab.echo` in a mesh of its own, for as long as the process that started it is there. */
import { loadConfig } from "../../../config/load.ts";
import { echo, echoed } from "../echo.ts";
import { joinMesh } from "./member.ts";

process.once("disconnect", () => process.exit());
await joinMesh(loadConfig(undefined, ["lab"]), "lab-echo", {
  name: "lab",
  actions: { echo: { params: echo.params, handler: echoed } },
});
process.send?.({ type: "ready" });
