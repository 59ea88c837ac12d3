// `npm test [-- files or options of node --test]`: sets itself up, then every spec in one run, so that the totals come last.
// What a machine lacks is skipped and counted; REQUIRE=postgres,rabbitmq,mongo,browser,promtool,jaeger,nats,curl,go makes that a failure.
import { availableParallelism } from "node:os";
import { build, install, node, requireNode, run } from "./install.mjs";

const specs = [
  "{bench,config,embedded,errors,mixins,node,protocols,public,services}/**/*.spec.ts",
  "test/**/*.spec.ts",
  "packages/*/{src,test}/**/*.spec.ts",
];
/** A spec waits most of its time, but may start ten processes: many more at once would make each other late. */
const concurrency = Math.max(3, Math.floor(availableParallelism() / 2));
/** No spec hangs a run, ms. */
const TIMEOUT = 240_000;

requireNode();
install();
build();
const given = process.argv.slice(2);
const hasFiles = given.some((argument) => !argument.startsWith("-"));
run(node, [
  "--import",
  "tsx",
  "--test",
  // A test that gave up may leave something open: its file ends all the same.
  "--test-force-exit",
  `--test-concurrency=${concurrency}`,
  `--test-timeout=${TIMEOUT}`,
  ...given,
  ...(hasFiles ? [] : specs),
]);
