// What `npm start` runs: no dependencies, any Node from 20 on. Installs what is missing, builds what changed, then hands
// over to the Node that the lock file names.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { fail, install, node, root, run } from "./install.mjs";

const [major] = process.versions.node.split(".").map(Number);
if (major < 20) fail(`Node ${process.versions.node} is too old: npm start needs 20 or later.`);

install();
run(node, [join(root, "scripts", "build.mjs"), "--if-changed"]);

// The launcher keeps the terminal; signals go to it, its exit code is ours.
const launcher = spawn(node, [join(root, "dist", "embedded", "launcher.js"), ...process.argv.slice(2)], {
  cwd: root,
  stdio: ["inherit", "inherit", "inherit", "ipc"],
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => launcher.kill(signal));
launcher.once("error", (error) => fail(error.message));
launcher.once("exit", (code, signal) => process.exit(signal === null ? code : 1));
