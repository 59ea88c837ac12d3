import { createHash, timingSafeEqual } from "node:crypto";
import { ByteReader, raw, text } from "../codec/bytes.ts";
import { readTable, string } from "../codec/fields.ts";
import { AmqpError, noMethod } from "../errors.ts";

/** As RabbitMQ lists them. */
export const mechanisms = "AMQPLAIN PLAIN";

interface Credentials {
  readonly user: string;
  readonly password: string;
}

/**
 * The name of the user that the response proves, as raw bytes. Throws ACCESS_REFUSED, the same for every wrong name and
 * password, SYNTAX_ERROR for a response that holds neither.
 */
export function authenticate(mechanism: string, response: string, users: Readonly<Record<string, string>>): string {
  const credentials = parse(mechanism, response);
  if (credentials === undefined) throw new AmqpError("SYNTAX_ERROR", `the response is not what ${mechanism} wants`);
  const refused = new AmqpError(
    "ACCESS_REFUSED",
    `Login was refused using authentication mechanism ${mechanism}. For details see the broker logfile.`,
    { scope: "connection", method: noMethod },
  );
  const user = text(credentials.user);
  const expected = Object.hasOwn(users, user) ? users[user] : undefined;
  // Hashes have one length, so the comparison takes as long for an unknown user as for a wrong password.
  const right = timingSafeEqual(digest(raw(expected ?? "")), digest(credentials.password));
  if (!right || expected === undefined) throw refused;
  return credentials.user;
}

function parse(mechanism: string, response: string): Credentials | undefined {
  switch (mechanism) {
    case "PLAIN": {
      const parts = response.split("\0");
      const [identity, user, password] = parts;
      return parts.length === 3 && identity === "" && user !== undefined && password !== undefined
        ? { user, password }
        : undefined;
    }
    case "AMQPLAIN": {
      const body = Buffer.from(response, "latin1");
      const size = Buffer.alloc(4);
      size.writeUInt32BE(body.length);
      const entries = readTable(new ByteReader(Buffer.concat([size, body])));
      const user = string(entries.get("LOGIN"));
      const password = string(entries.get("PASSWORD"));
      return user !== undefined && password !== undefined ? { user, password } : undefined;
    }
    default:
      throw new AmqpError("COMMAND_INVALID", `unknown authentication mechanism '${mechanism}'`);
  }
}

const digest = (secret: string): Buffer => createHash("sha256").update(secret, "latin1").digest();
