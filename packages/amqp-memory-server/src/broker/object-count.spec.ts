import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { entries } from "../../test/support/broker.ts";
import { longstr } from "../codec/fields.ts";
import { ObjectCount } from "./object-count.ts";

const none = new Map();

describe("the objects of a virtual host", () => {
  it("when the limit is reached, the next is refused with 506 and not counted, until one goes", () => {
    const objects = new ObjectCount("/", 2);
    objects.take(none);
    objects.take(none);
    for (const _ of [1, 2]) assert.throws(() => objects.take(none), { replyCode: 506 });
    objects.give(none);
    objects.take(none);
  });

  it("weigh more with every KiB of their arguments, and give all of that back", () => {
    const objects = new ObjectCount("/", 10);
    const heavy = entries({ note: longstr("n".repeat(8 * 1024)) });
    for (let round = 0; round < 5; round++) {
      objects.take(heavy);
      assert.throws(() => objects.take(heavy), { replyCode: 506 });
      objects.take(none);
      objects.give(none);
      objects.give(heavy);
    }
  });
});
