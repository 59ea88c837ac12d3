import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseAddress, parseAddresses } from "./address.ts";

test("an address is taken as it is, with a name or without", () => {
  assert.deepEqual(parseAddress("to", " me+tag@mail.example.com "), { address: "me+tag@mail.example.com" });
  assert.deepEqual(parseAddress("to", "Ada Lovelace <ada@example.com>"), {
    name: "Ada Lovelace",
    address: "ada@example.com",
  });
  assert.deepEqual(parseAddress("to", '"Lovelace, Ada" <ada@example.com>'), {
    name: "Lovelace, Ada",
    address: "ada@example.com",
  });
  assert.deepEqual(parseAddress("to", "<ada@example.com>"), { address: "ada@example.com" });
  assert.deepEqual(parseAddress("to", "root@localhost"), { address: "root@localhost" });
  assert.deepEqual(parseAddress("to", "me@bücher.example"), { address: "me@xn--bcher-kva.example" });
});

test("what is no address is refused, and the field named", () => {
  const wrong = [
    "",
    "a",
    "@b.de",
    "a@",
    "a@b",
    "a b@c.de",
    "a@b@c.de",
    ".a@b.de",
    "a..b@c.de",
    "a@-b.de",
    "a@b..de",
    "a@1.2.3.4",
  ];
  wrong.push(
    "a@[127.0.0.1]",
    '"a b"@c.de',
    "a@b.de, c@d.de",
    "a@b.de <c@d.de",
    "A <a@b.de> <c@d.de>",
    "a@b.de\u2028",
    "ä@b.de",
  );
  wrong.push("a@2130706433", "a@0x7f.1", `${"a".repeat(65)}@b.de`, `a@${"b".repeat(64)}.de`, `a@${"b.".repeat(130)}de`);
  for (const text of wrong)
    assert.throws(() => parseAddress("from", text), { type: "VALIDATION_FAILED", message: /"from"/ }, text);
});

test("a list has its limit, and each recipient once", () => {
  assert.deepEqual(parseAddresses("to", 'a@b.de, "C, D" <c@d.de>').length, 2);
  assert.deepEqual(parseAddresses("to", ["a@b.de", "A@B.de"]).length, 1);
  assert.throws(() => parseAddresses("to", []), /must have an address/);
  assert.throws(() => parseAddresses("to", Array(51).fill("a@b.de")), /more than 50/);
  assert.throws(() => parseAddresses("to", "a@b.de,"), /email address/);
});

test("whatever comes, what is taken cannot end a header or an SMTP command", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: "binary" }),
        fc.tuple(fc.string(), fc.string()).map(([a, b]) => `${a}\r\n <${b}@x.de>`),
      ),
      (text) => {
        try {
          for (const { name = "", address } of parseAddresses("to", text)) {
            assert.match(address, /^[^\s<>,;"()\\:]+@[a-z0-9.-]+$/i);
            assert.doesNotMatch(name, /[\r\n\0]/);
          }
        } catch (error) {
          assert.equal((error as { type?: string }).type, "VALIDATION_FAILED");
        }
      },
    ),
  );
});
