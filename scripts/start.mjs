// What `npm start` and `npm run dev` run: no dependencies, any Node from 20 on. Installs what is missing, builds what
// changed, then hands over to the launcher on the Node that the lock file names.
import { install, requireNode, runBuilt } from "./install.mjs";

requireNode();
install();
await runBuilt("dist/embedded/launcher.js");
