// `npm run node -- auth` and `npm run repl`: sets itself up as npm start does, then runs the built program that is its first argument.
import { install, requireNode, runBuilt } from "./install.mjs";

requireNode();
install();
const [program] = process.argv.splice(2, 1);
await runBuilt(program);
