import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { anyPort } from "../support/any-port.ts";
import { startDatabase, type TestDatabase } from "../support/database.ts";
import { eventually } from "../support/eventually.ts";
import { post } from "../support/post.ts";
import { startBroker } from "../support/rabbitmq.ts";

const ends: (() => Promise<unknown>)[] = [];
after(async () => {
  for (const end of ends.reverse()) await end();
});

/** The node in a process of its own, telling all it can tell. */
async function startTalkative(database: TestDatabase): Promise<{ url: string; output: () => string }> {
  const rabbit = await startBroker();
  ends.push(() => rabbit.stop());
  const child = spawn(process.execPath, ["--import", "tsx", "node/main.ts", "auth"], {
    cwd: new URL("../../", import.meta.url).pathname,
    env: {
      ...process.env,
      LOG_LEVEL: "trace",
      LOG_FORMAT: "json",
      NAMESPACE: randomUUID(),
      ...anyPort,
      SEED_USERS: "true",
      DSN: database.dsn,
      RABBIT_URL: rabbit.url,
    },
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise((resolve) => child.once("exit", resolve));
  ends.push(() => {
    child.kill("SIGTERM");
    return ended;
  });
  const url = await eventually(() => /HTTP on (http:\/\/[\d.]+:\d+)/.exec(output)?.[1], 20_000);
  await eventually(async () => (await fetch(`${url}/readyz`)).ok || undefined, 20_000);
  return { url, output: () => output };
}

test("when logins succeed and fail, and the database refuses, then no log line and no answer has a password or a hash", async () => {
  const database = await startDatabase();
  ends.push(() => database.stop());
  const { url, output } = await startTalkative(database);
  const answers: string[] = [];
  const login = async (email: string, password: unknown) => {
    const { status, body } = await post(`${url}/authenticate`, { email, password });
    answers.push(JSON.stringify(body));
    return status;
  };
  assert.equal(await login("admin@example.com", "verysecret"), 202);
  assert.equal(await login("admin@example.com", "hunter2-wrong"), 401);
  assert.equal(await login("admin@example.com", 1_234_567_890_123), 400);
  assert.equal(await login("admin@example.com", `hunter2${"x".repeat(1_100)}`), 400);
  // An old hash whose renewal the database refuses, telling of the whole row; then a table that is gone.
  await database.query("UPDATE users SET password = :hash RETURNING id", {
    hash: "$2a$12$1zGLuYDDNvATh4RA4avbKuheAMpb1svexSzrQm7up.bnpwQHs0jNe",
  });
  await database.query("ALTER TABLE users ADD CONSTRAINT no_argon CHECK (password NOT LIKE '$argon%')");
  assert.equal(await login("admin@example.com", "verysecret"), 202);
  await eventually(() => output().includes("no_argon") || undefined);
  await database.query("ALTER TABLE users RENAME TO users_elsewhere");
  assert.equal(await login("admin@example.com", "verysecret"), 500);
  for (const text of [output(), ...answers]) {
    for (const secret of ["verysecret", "hunter2", "1234567890123", "$argon2", "$2a$", "password='"]) {
      assert.ok(
        !text.includes(secret),
        `${secret} in: ${text.slice(text.indexOf(secret) - 200, text.indexOf(secret) + 100)}`,
      );
    }
  }
});
