// `npm test [-- files or options of node --test]`: sets itself up, then every spec in one run, so that the totals come last.
import { join } from "node:path";
import { install, node, root, run } from "./install.mjs";

install();
run(node, [join(root, "scripts", "build.mjs"), "--if-changed"]);
const given = process.argv.slice(2);
const specs = [
  "{config,embedded,errors,mixins,node,protocols,public,services}/**/*.spec.ts",
  "test/**/*.spec.ts",
  "packages/*/{src,test}/**/*.spec.ts",
];
run(node, ["--import", "tsx", "--test", "--test-timeout=120000", ...(given.length > 0 ? given : specs)]);
