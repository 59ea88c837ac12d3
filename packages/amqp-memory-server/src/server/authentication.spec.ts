import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ByteWriter, raw } from "../codec/bytes.ts";
import { type Field, long, longstr, writeTable } from "../codec/fields.ts";
import { authenticate } from "./authentication.ts";

const users = { guest: "guest", Grüße: "päss:wörd", empty: "" };

function amqplain(entries: Record<string, Field>): string {
  const writer = new ByteWriter();
  writeTable(writer, new Map(Object.entries(entries)));
  return writer.written().toString("latin1", 4);
}
const login = (user: string, password: string) => ({ LOGIN: longstr(raw(user)), PASSWORD: longstr(raw(password)) });

describe("a user", () => {
  for (const [user, password] of Object.entries(users)) {
    it(`"${user}" comes in by PLAIN and by AMQPLAIN`, () => {
      assert.equal(authenticate("PLAIN", raw(`\0${user}\0${password}`), users), raw(user));
      assert.equal(authenticate("AMQPLAIN", amqplain(login(user, password)), users), raw(user));
    });
  }

  it("with a wrong name or password is refused in the same words, whichever it is", () => {
    const attempts = [
      ["guest", "wrong"],
      ["nobody", "guest"],
      ["empty", "x"],
      ["guest", ""],
      ["", ""],
      ["toString", ""],
      ["__proto__", ""],
    ];
    for (const [user = "", password = ""] of attempts) {
      const words = /^ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN\./;
      assert.throws(
        () => authenticate("PLAIN", `\0${user}\0${password}`, users),
        { replyCode: 403, scope: "connection", message: words },
        user,
      );
      assert.throws(() => authenticate("AMQPLAIN", amqplain(login(user, password)), users), { replyCode: 403 });
    }
  });

  it("whose answer holds no credentials is refused as a mistake", () => {
    for (const response of ["", "guest", "guest\0guest", "\0guest\0guest\0", "\0guest"]) {
      assert.throws(() => authenticate("PLAIN", response, users), { replyCode: 502 }, JSON.stringify(response));
    }
    for (const response of [
      "",
      "\x05LOGIN",
      amqplain({ LOGIN: longstr("guest") }),
      amqplain({ ...login("guest", ""), PASSWORD: long(5) }),
    ]) {
      assert.throws(() => authenticate("AMQPLAIN", response, users), { replyCode: 502 }, JSON.stringify(response));
    }
  });

  it("who asks for another mechanism is told that there is none", () => {
    assert.throws(() => authenticate("EXTERNAL", "", users), { replyCode: 503, message: /'EXTERNAL'/ });
  });
});
