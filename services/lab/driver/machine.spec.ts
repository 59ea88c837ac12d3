import assert from "node:assert/strict";
import { test } from "node:test";
import { stolen } from "./machine.ts";

const stat = (line: string) => `cpu  ${line}\ncpu0 1 1 1 1 1 1 1 1 0 0\nctxt 5\n`;

test("what the hypervisor gave to others is told as a part of the processors' time, guests not counted twice", () => {
  assert.equal(stolen(stat("100 0 50 800 0 0 10 40 7 0"), stat("160 0 60 920 0 0 10 50 67 0")), 10 / 200);
  assert.equal(stolen(stat("100 0 50 800 0 0 10 0 0 0"), stat("160 0 60 920 0 0 10 0 0 0")), 0);
});

test("where the machine does not tell it, or no time has passed, there is none", () => {
  assert.equal(stolen("", ""), undefined);
  assert.equal(stolen("", stat("1 1 1 1 1 1 1 1 0 0")), undefined);
  assert.equal(stolen(stat("0 0 0 0 0 0 0 0 0 0"), stat("0 0 0 0 0 0 0 0 0 0")), undefined);
});
