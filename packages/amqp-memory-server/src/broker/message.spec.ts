import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { message, properties } from "../../test/support/broker.ts";
import { array, long, longstr } from "../codec/fields.ts";

const keys = (...names: string[]) => array(names.map(longstr));

describe("a message", () => {
  it("takes priority and expiration from its properties", () => {
    const { priority, expiration } = message("x", properties({ priority: 7, expiration: "1500" }));
    assert.deepEqual({ priority, expiration }, { priority: 7, expiration: 1500 });
    assert.deepEqual([message("x").priority, message("x").expiration, message("x").persistent], [0, undefined, false]);
  });

  it("when its expiration is no number of milliseconds, is refused with 406", () => {
    for (const expiration of ["", "soon", "-1", "5s", "1.5", " 5"]) {
      assert.throws(() => message("x", properties({ expiration })), { replyCode: 406 }, expiration);
    }
  });

  it("is routed by its key and those of CC and BCC, and nobody sees BCC", () => {
    const copied = message("x", properties({ headers: { CC: keys("c1", "c2"), BCC: keys("b"), a: long(1) } }));
    assert.deepEqual(copied.keys, ["key", "c1", "c2", "b"]);
    const sent = copied.withoutBcc();
    assert.deepEqual([...sent.headers.keys()].sort(), ["CC", "a"]);
    assert.deepEqual(sent.keys, copied.keys);
    const plain = message("x");
    assert.equal(plain.withoutBcc(), plain);
  });

  it("when CC or BCC is no list, is refused with 406", () => {
    for (const name of ["CC", "BCC"]) {
      assert.throws(() => message("x", properties({ headers: { [name]: longstr("one") } })), { replyCode: 406 });
    }
    assert.deepEqual(message("x", properties({ headers: { CC: array([long(1), longstr("c")]) } })).keys, ["key", "c"]);
  });

  it("costs what it holds, and something more", () => {
    assert(message("").cost > 100);
    assert.equal(message("x".repeat(1000)).cost - message("").cost, 1000);
  });
});
