import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { Confirms } from "./confirms.ts";

/** What a publisher hears for these outcomes; "|" is the end of what was read together. */
function heard(outcomes: string): string[] {
  const said: string[] = [];
  const confirms = new Confirms((name, tag, multiple) => said.push(`${name.slice(6)} ${tag}${multiple ? "-" : ""}`));
  for (const outcome of outcomes) {
    if (outcome === "|") confirms.flush();
    else confirms.settle(outcome === "+");
  }
  confirms.flush();
  return said;
}

describe("publisher confirms", () => {
  it("in a row leave as one, and a single one as a single one", () => {
    assert.deepEqual(heard("+++|+|++"), ["ack 3-", "ack 4", "ack 6-"]);
    assert.deepEqual(heard("||"), []);
  });

  it("leave before a refusal that follows them, and never cover one", () => {
    assert.deepEqual(heard("++-+"), ["ack 2-", "nack 3", "ack 4"]);
    assert.deepEqual(heard("--+-|+"), ["nack 1", "nack 2", "ack 3", "nack 4", "ack 5"]);
  });

  it("tell every message's outcome exactly once, however they are read together", () => {
    const anyOutcomes = fc.array(fc.constantFrom("+", "-", "|"), { maxLength: 50 });
    fc.assert(
      fc.property(anyOutcomes, (outcomes) => {
        const known: string[] = [];
        for (const said of heard(outcomes.join(""))) {
          const [name, tag = ""] = said.split(" ");
          const last = Number.parseInt(tag, 10);
          const outcome = name === "ack" ? "+" : "-";
          const from = tag.endsWith("-") ? known.findLastIndex((one) => one !== undefined) + 1 : last - 1;
          for (let index = from; index < last; index++) {
            assert.equal(known[index], undefined, `message ${index + 1} was told twice`);
            known[index] = outcome;
          }
        }
        assert.deepEqual(
          known,
          outcomes.filter((outcome) => outcome !== "|"),
        );
      }),
    );
  });
});
