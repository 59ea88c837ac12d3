// `npm run dev -- auth`: one node from its sources, started anew when one changes. The other nodes are those of `npm start`.
import { spawn } from "node:child_process";
import { install, node, root } from "./install.mjs";

install();
const child = spawn(
  node,
  ["--import", "tsx", "--watch", "--watch-preserve-output", "node/main.ts", ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: "inherit",
  },
);
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.once("exit", (code) => process.exit(code ?? 1));
