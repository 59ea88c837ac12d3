import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigError, loadConfig } from "../../config/load.ts";
import { brokerOptions } from "../../moleculer.config.ts";

test("when the mesh wants a package that is not installed, then the node does not start, and a line says what to install, and no password", () => {
  const options = (TRANSPORTER: string, SERIALIZER = "JSON") =>
    brokerOptions(loadConfig({ NODE_ENV: "test", TRANSPORTER, SERIALIZER }, []), "test");
  assert.throws(
    () => options("redis://me:hunter2@127.0.0.1"),
    (error) => {
      assert.ok(error instanceof ConfigError);
      assert.deepEqual(error.problems, [
        "TRANSPORTER: redis:// wants a package that is not installed here: npm install ioredis@5",
      ]);
      return true;
    },
  );
  assert.equal(options("nats://127.0.0.1", "MsgPack").serializer, "Notepack");
  assert.equal(options("tcp").serializer, "JSON");
});
