import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { isCoded } from "../../test/support/grpc-node.ts";
import { callerOf, operation } from "../../test/support/strange-nodes.ts";
import { RestClient } from "./client.ts";

test("when what comes back is no envelope, then INTERNAL, and no other node is asked: this one has answered", async (context) => {
  let asked = 0;
  let body = "";
  const listen = async () => {
    const server = createServer((_, response) => {
      asked++;
      response.end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    context.after(() => server.close());
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const client = new RestClient(await callerOf(context, "rest", { one: await listen(), two: await listen() }));
  context.after(() => client.close());
  for (body of ["null", "7", "[]", "{}", "not JSON"]) {
    asked = 0;
    const answer = client.call(operation, { id: "1" }, { deadline: 5_000, requestId: "rest" });
    await assert.rejects(answer, isCoded("INTERNAL"), body);
    assert.equal(asked, 1, body);
  }
});
