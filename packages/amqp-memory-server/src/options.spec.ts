import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type AmqpMemoryServerOptions, resolveOptions } from "./options.ts";

describe("options", () => {
  it("all have a default, which undefined leaves in force", () => {
    const options = resolveOptions({ port: undefined, memoryLimit: 5 });
    assert.deepEqual([options.host, options.port, options.memoryLimit], ["127.0.0.1", 5672, 5]);
    assert.deepEqual([options.users, options.vhosts], [{ guest: "guest" }, ["/"]]);
  });

  const wrong: [options: Record<string, unknown>, named: RegExp][] = [
    [{ prot: 5672 }, /option prot: there is no such option/],
    [{ port: -1 }, /option port: .* from 0 to 65535, got -1/],
    [{ port: "5672" }, /option port: .*got "5672"/],
    [{ port: Number.NaN }, /option port: .*got NaN/],
    [{ heartbeat: 0.5 }, /option heartbeat/],
    [{ frameMax: 4095 }, /option frameMax: .* from 4096/],
    [{ channelMax: 0 }, /option channelMax/],
    [{ maxMessageSize: 2 ** 31 }, /option maxMessageSize/],
    [{ memoryLimit: 0 }, /option memoryLimit/],
    [{ maxConnections: null }, /option maxConnections: .*got null/],
    [{ users: {} }, /option users: expected at least one/],
    [{ users: null }, /option users/],
    [{ users: { ann: 5 } }, /option users: the password of "ann" is not a string/],
    [{ vhosts: [] }, /option vhosts/],
    [{ vhosts: "/" }, /option vhosts/],
    [{ vhosts: [1] }, /option vhosts/],
  ];
  for (const [given, named] of wrong) {
    it(`when they are ${JSON.stringify(given)}, are refused and the option is named`, () => {
      assert.throws(() => resolveOptions(given as AmqpMemoryServerOptions), { code: "INVALID_OPTION", message: named });
    });
  }

  it("let the server listen on loopback only, unless told otherwise", () => {
    for (const host of ["127.0.0.1", "127.255.0.9", "localhost", "::1"])
      assert.equal(resolveOptions({ host }).host, host);
    for (const host of ["0.0.0.0", "::", "10.0.0.1", "127.evil.example", "128.0.0.1", ""]) {
      assert.throws(() => resolveOptions({ host }), { code: "NOT_LOOPBACK" }, host);
      assert.equal(resolveOptions({ host, allowRemote: true }).host, host);
    }
  });
});
