import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { Broker } from "../broker/broker.ts";
import { raw } from "../codec/bytes.ts";
import type { Method, MethodName } from "../codec/method-codec.ts";
import { resolveOptions } from "../options.ts";
import { Handshake } from "./handshake.ts";

const id = { classId: 10, methodId: 0 };
const startOk = (password = "guest"): Method => ({
  name: "connection.start-ok",
  id,
  clientProperties: new Map(),
  mechanism: "PLAIN",
  response: `\0guest\0${password}`,
  locale: "en_US",
});
const tuneOk = (limits: { channelMax?: number; frameMax?: number } = {}): Method => ({
  name: "connection.tune-ok",
  id,
  channelMax: 10,
  frameMax: 8192,
  heartbeat: 7,
  ...limits,
});
const open = (virtualHost: string): Method => ({
  name: "connection.open",
  id,
  virtualHost,
  reserved1: "",
  reserved2: false,
});

let said: MethodName[];
let handshake: Handshake;
beforeEach(() => {
  said = [];
  const broker = new Broker(resolveOptions({ channelMax: 10, frameMax: 8192, vhosts: ["/", "größe"] }));
  handshake = new Handshake(broker, (name) => said.push(name));
  handshake.begin();
});

describe("the handshake", () => {
  it("leads from the header to a session with what was agreed on", () => {
    assert.equal(handshake.take(startOk()), undefined);
    assert.equal(handshake.take(tuneOk({ channelMax: 3 })), undefined);
    const session = handshake.take(open(raw("größe")));
    assert.deepEqual(
      [session?.user, session?.channelMax, session?.frameMax, session?.heartbeat],
      ["guest", 3, 8192, 7],
    );
    assert.equal(session?.vhost.name, raw("größe"));
    assert.deepEqual(said, ["connection.start", "connection.tune", "connection.open-ok"]);
  });

  it("takes every step in its turn only", () => {
    assert.throws(() => handshake.take(tuneOk()), { replyCode: 504 });
    assert.throws(() => handshake.take(open("/")), { replyCode: 504 });
    handshake.take(startOk());
    assert.throws(() => handshake.take(startOk()), { replyCode: 504 });
    assert.throws(() => handshake.take(open("/")), { replyCode: 504 });
    handshake.take(tuneOk());
    assert.throws(() => handshake.take(tuneOk()), { replyCode: 504 });
    assert.notEqual(handshake.take(open("/")), undefined);
  });

  it("ends with a wrong password, and with a virtual host that is not there", () => {
    assert.throws(() => handshake.take(startOk("wrong")), { replyCode: 403 });
    handshake.take(startOk());
    handshake.take(tuneOk());
    assert.throws(() => handshake.take(open("nowhere")), { replyCode: 530 });
  });

  for (const limits of [
    { channelMax: 11 },
    { channelMax: 0 },
    { frameMax: 8193 },
    { frameMax: 0 },
    { frameMax: 4095 },
  ]) {
    it(`refuses ${JSON.stringify(limits)}: a client may ask for less than it is offered, and for no less than the protocol's least`, () => {
      handshake.take(startOk());
      assert.throws(() => handshake.take(tuneOk(limits)), { replyCode: 530 });
    });
  }
});
