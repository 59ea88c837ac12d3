import assert from "node:assert/strict";
import { test } from "node:test";
import { Bodies } from "./bodies.ts";

const MOST = 100;

/** Bodies, and who of them was given up. */
function some() {
  const bodies = new Bodies(MOST);
  const requests = new Map<string, object>();
  const givenUp: string[] = [];
  const of = (name: string) => requests.get(name) ?? assert.fail(name);
  return {
    givenUp,
    begin(name: string) {
      requests.set(name, {});
      bodies.begin(of(name), ({ type }) => givenUp.push(`${name} ${type}`));
    },
    add: (name: string, bytes: number) => bodies.add(of(name), bytes),
    end: (name: string) => bodies.end(of(name)),
    release: (name: string) => bodies.release(of(name)),
  };
}

test("when bodies have more than there is room for, then the one that has been coming longest is given up", () => {
  const { begin, add, givenUp } = some();
  for (const name of ["slow", "slower", "quick"]) begin(name);
  add("slower", 40);
  add("slow", 40);
  add("quick", 20);
  assert.deepEqual(givenUp, []);
  add("quick", 30);
  assert.deepEqual(givenUp, ["slow OVERLOADED"]);
});

test("when all that is held is worked on, then the newcomer is refused, until an answer makes room", () => {
  const { begin, add, end, release, givenUp } = some();
  begin("worked on");
  add("worked on", MOST);
  end("worked on");
  begin("newcomer");
  add("newcomer", 1);
  assert.deepEqual(givenUp, ["newcomer OVERLOADED"]);
  release("worked on");
  begin("next");
  add("next", MOST);
  assert.equal(givenUp.length, 1);
});

test("when a body is given up or let go, then its room is there again, once", () => {
  const { begin, add, release, givenUp } = some();
  begin("left");
  add("left", MOST);
  for (let twice = 0; twice < 2; twice++) release("left");
  begin("a");
  add("a", MOST);
  assert.deepEqual(givenUp, []);
  begin("b");
  add("b", MOST);
  assert.deepEqual(givenUp, ["a OVERLOADED"]);
});
