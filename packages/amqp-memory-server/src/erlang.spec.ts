import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { long, longstr } from "./codec/fields.ts";
import { binary, difference, octets } from "./erlang.ts";

describe("a value in a reply text", () => {
  it("is text where all of it can be printed, else its bytes", () => {
    assert.equal(binary(Buffer.from("x-match")), '<<"x-match">>');
    assert.equal(binary(Buffer.from([0, 60, 0, 10])), "<<0,60,0,10>>");
    assert.equal(binary(Buffer.alloc(0)), "<<>>");
  });

  it("is cut after sixteen bytes of a frame", () => {
    assert.equal(octets(1, Buffer.from([0, 20])), "type 1, all octets = <<0,20>>");
    assert.equal(octets(3, Buffer.alloc(17, "a")), 'type 3, first 16 octets = <<"aaaaaaaaaaaaaaaa">>');
  });

  it("has its type only where the other one is missing", () => {
    assert.equal(difference(long(1), long(2)), "received '1' but current is '2'");
    assert.equal(
      difference(longstr("dlx"), undefined),
      "received the value 'dlx' of type 'longstr' but current is none",
    );
  });
});
