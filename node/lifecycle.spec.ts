import assert from "node:assert/strict";
import { test } from "node:test";
import { Lifecycle } from "./lifecycle.ts";

/** A node whose database is reached when the test says so, and what it has done. */
function opening(patience: number) {
  const lifecycle = new Lifecycle(patience);
  const done: string[] = [];
  let reach = () => {};
  const reached = new Promise<void>((resolve) => {
    reach = resolve;
  });
  lifecycle.onOpen(() => done.push("open"));
  lifecycle.onOpened(() => done.push("opened"));
  lifecycle.onReach(() => reached);
  lifecycle.onServe(() => done.push("serve"));
  const ready = lifecycle.open().then(() => done.push("mesh"));
  return { done, reach: () => reach(), ready, lifecycle };
}

test("when a server is not reached yet, then ports are open, and the node serves and joins only when it is", async () => {
  const node = opening(60_000);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(node.done, ["open", "opened"]);
  node.reach();
  await node.ready;
  assert.deepEqual(node.done, ["open", "opened", "serve", "mesh"]);
});

test("when a server is never reached, then the node joins all the same, and says so to who calls", async () => {
  const node = opening(1);
  await node.ready;
  assert.deepEqual(node.done, ["open", "opened", "serve", "mesh"]);
});

test("when it is told to leave while it waits, then it takes no work any more", async () => {
  const node = opening(60_000);
  await node.lifecycle.drain(console as never);
  node.reach();
  await node.ready;
  assert.deepEqual(node.done, ["open", "opened", "mesh"]);
});
