import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ConsumerRing } from "./consumers.ts";

interface Member {
  tag: string;
  priority: number;
  exclusive: boolean;
}
const member = (tag: string, priority = 0, exclusive = false): Member => ({ tag, priority, exclusive });

function ring(single: boolean, ...members: Member[]): ConsumerRing<Member> {
  const made = new ConsumerRing<Member>(single);
  for (const one of members) made.add(one);
  return made;
}
const always = (): boolean => true;
const served = (from: ConsumerRing<Member>, times: number, canTake: (member: Member) => boolean = always): string =>
  Array.from({ length: times }, () => from.next(canTake)?.tag ?? "-").join("");

describe("the consumers of a queue", () => {
  it("are served in turn", () => {
    assert.equal(served(ring(false, member("a"), member("b"), member("c")), 7), "abcabca");
  });

  it("when some have a higher priority, share all of it among those", () => {
    const made = ring(false, member("low"), member("A", 5), member("B", 5));
    assert.equal(served(made, 4), "ABAB");
  });

  it("when one cannot take a message, its turn is the next one's until it is woken", () => {
    const [a, b] = [member("a"), member("b")];
    const made = ring(false, a, b);
    assert.equal(
      served(made, 3, (one) => one !== a),
      "bbb",
    );
    assert.equal(served(made, 2), "bb", "not woken");
    made.wake(a);
    made.wake(a);
    assert.equal(served(made, 4).split("").sort().join(""), "aabb");
  });

  it("when none of the higher priority can take a message, the lower get their turn, until one is woken", () => {
    const high = member("H", 1);
    const made = ring(false, member("l"), high);
    assert.equal(
      served(made, 2, (one) => one !== high),
      "ll",
    );
    made.wake(high);
    assert.equal(served(made, 2), "HH");
  });

  it("when one leaves, it is not served again, even if it is woken", () => {
    const [a, b] = [member("a"), member("b")];
    const made = ring(false, a, b);
    assert.equal(made.delete(a), true);
    assert.equal(made.delete(a), false);
    made.wake(a);
    assert.equal(served(made, 2), "bb");
    assert.equal(made.size, 1);
  });

  it("where only one is to be active, it is served alone, and when it leaves the next takes its place", () => {
    const [a, b] = [member("a"), member("b", 9)];
    const made = ring(true, a, b);
    assert.equal(served(made, 3), "aaa");
    assert.equal(
      served(made, 2, (one) => one !== a),
      "--",
      "the others wait although it cannot",
    );
    made.delete(a);
    assert.equal(served(made, 2), "bb");
    made.delete(b);
    assert.equal(served(made, 1), "-");
  });

  it("when one is exclusive, it is alone and known", () => {
    const made = ring(false, member("x", 0, true));
    assert.equal(made.hasExclusive, true);
    assert.equal(ring(false, member("a"), member("b")).hasExclusive, false);
    assert.equal(ring(false).hasExclusive, false);
  });
});
