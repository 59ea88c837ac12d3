import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Arguments, entries } from "../../test/support/broker.ts";
import { bool, long, longstr } from "../codec/fields.ts";
import { queueSettings } from "./queue-arguments.ts";

const settings = (args: Arguments) => queueSettings(entries(args), "queue 'q' in vhost '/'");

describe("a queue's arguments", () => {
  it("are nothing special by default, and unknown ones do not matter", () => {
    const { overflow, maxPriority, quorum, singleActiveConsumer, ...rest } = settings({ "x-note": longstr("mine") });
    assert.deepEqual(
      { overflow, maxPriority, quorum, singleActiveConsumer },
      {
        overflow: "drop-head",
        maxPriority: 0,
        quorum: false,
        singleActiveConsumer: false,
      },
    );
    assert(Object.values(rest).every((value) => value === undefined));
  });

  it("are taken in whatever width of number they come", () => {
    assert.equal(settings({ "x-message-ttl": { type: "byte", value: 5 } }).messageTtl, 5);
    assert.equal(settings({ "x-message-ttl": long(0) }).messageTtl, 0);
    assert.equal(settings({ "x-max-length-bytes": long(2 ** 40) }).maxLengthBytes, 2 ** 40);
    assert.equal(settings({ "x-queue-type": longstr("quorum"), "x-delivery-limit": long(3) }).deliveryLimit, 3);
  });

  const wrong: [why: string, args: Arguments][] = [
    ["a number that is a text", { "x-message-ttl": longstr("60000") }],
    ["a negative time", { "x-message-ttl": long(-1) }],
    ["no time at all for x-expires", { "x-expires": long(0) }],
    ["a priority beyond 255", { "x-max-priority": long(256) }],
    ["an overflow nobody knows", { "x-overflow": longstr("explode") }],
    ["a mode nobody knows", { "x-queue-mode": longstr("busy") }],
    ["a type nobody knows", { "x-queue-type": longstr("heap") }],
    ["a flag that is a number", { "x-single-active-consumer": long(1) }],
    ["an exchange that is a number", { "x-dead-letter-exchange": long(1) }],
    ["a dead-letter key without an exchange", { "x-dead-letter-routing-key": longstr("k") }],
    ["priorities in a quorum queue", { "x-queue-type": longstr("quorum"), "x-max-priority": long(5) }],
    ["a delivery limit in a classic one", { "x-delivery-limit": long(5) }],
  ];
  for (const [why, args] of wrong) {
    it(`when there is ${why}, are refused with 406, and the argument is named`, () => {
      const named = Object.keys(args).at(-1) ?? "";
      const refused = ({ replyCode, message }: { replyCode: number; message: string }) =>
        replyCode === 406 && message.includes(`'${named}'`) && message.includes("queue 'q'");
      assert.throws(() => settings(args), refused);
    });
  }

  it("when they ask for a stream, are answered with 540", () => {
    assert.throws(() => settings({ "x-queue-type": longstr("stream") }), { replyCode: 540 });
    assert.equal(settings({ "x-single-active-consumer": bool(true) }).singleActiveConsumer, true);
  });
});
