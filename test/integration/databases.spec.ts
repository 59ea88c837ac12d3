import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type System, startSystem } from "../support/system.ts";

let system: System;
before(async () => {
  system = await startSystem(["auth", "logger", "frontend"]);
});
after(() => system?.stop());

test("a node tells by name and version where it keeps its data; one that keeps none names nothing", async () => {
  const databasesOf = async (name: "auth" | "logger" | "frontend") => {
    const { broker } = system.nodes[name] ?? assert.fail();
    return await broker.call<string[], object>("$node.databases", {}, { nodeID: broker.nodeID });
  };
  const [postgres, ...more] = await databasesOf("auth");
  assert.match(postgres ?? "", /^PostgreSQL \d+\.\d+( \((PGlite \d+\.\d+\.\d+|[^)]+)\))?$/);
  assert.deepEqual(more, []);
  assert.match((await databasesOf("logger")).join(), /^(NeDB|MongoDB|FerretDB) \d+\.\d+\.\d+$/);
  assert.deepEqual(await databasesOf("frontend"), []);
});
