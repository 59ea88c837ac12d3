import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { ConfigError, type Environment, loadConfig } from "./load.ts";

const problems = (from: Environment): readonly string[] => {
  try {
    loadConfig(from);
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.problems;
  }
};

/** A file that goes with the test. */
function fileWith(context: TestContext, text: string): string {
  const directory = mkdtempSync(join(tmpdir(), "sixfold-secret-"));
  context.after(() => rmSync(directory, { recursive: true }));
  const file = join(directory, "secret");
  writeFileSync(file, text);
  return file;
}

test("nothing set: every entry has its default", () => {
  const config = loadConfig({});
  assert.equal(config.gatewayPort, 8080);
  assert.equal(config.mongoUrl, undefined);
  assert.equal(config.postgres.database, "users");
});

test("all problems come at once, each names its variable, what was found and what is expected", () => {
  const found = problems({ AUTH_PORT: "x", MAIL_ENCRYPTION: "rot13" });
  assert.equal(found.length, 2);
  assert.match(found.join("\n"), /AUTH_PORT: found "x", expected a whole number/);
});

test("the gateway is at a URL, or at a path of the page's host", () => {
  for (const good of ["/api", "/a/b/", "https://example.com/api"])
    assert.equal(loadConfig({ GATEWAY_URL: good }).gatewayUrl, good);
  for (const bad of ["/", "//evil.example.com", "api", "/a b", "ftp://example.com"]) {
    assert.match(
      problems({ GATEWAY_URL: bad }).join(),
      /^GATEWAY_URL: .*expected a path such as \/api, or a URL .* https?:\/\/ or https:\/\/$/,
    );
  }
});

test("a secret is never shown", () => {
  assert.doesNotMatch(problems({ DSN: "hunter2" }).join(), /hunter2/);
});

test("the original's names and NAME_FILE are read", (context) => {
  assert.equal(loadConfig({ DATABASE_URL: "postgres://a:b@db:5433/users" }).postgres.port, 5433);
  const file = fileWith(context, "amqp://a:b@rabbit:5672\n");
  assert.equal(loadConfig({ RABBIT_URL_FILE: file }).rabbitUrl, "amqp://a:b@rabbit:5672");
});

test("production refuses to start without the real servers, node by node", () => {
  assert.throws(() => loadConfig({ NODE_ENV: "production" }, ["auth"]), /RABBIT_URL.*DSN/s);
  assert.doesNotThrow(() => loadConfig({ NODE_ENV: "production", RABBIT_URL: "amqp://rabbit" }, ["listener"]));
});

test("production refuses a placeholder, also from a file or in the middle of a value, and names the variable", (context) => {
  const file = fileWith(context, "CHANGE_ME\n");
  const left = { RABBIT_URL: "amqp://me:CHANGE_ME@rabbit", SESSION_KEY_FILE: file };
  const found = problems({
    ...left,
    NODE_ENV: "production",
    DSN: "host=db",
    MONGO_URL: "mongodb://db",
    MAIL_HOST: "db",
  });
  assert.deepEqual(
    found.map((problem) => problem.slice(0, problem.indexOf(";"))),
    ["RABBIT_URL: still says CHANGE_ME", "SESSION_KEY_FILE: still says CHANGE_ME"],
  );
  assert.equal(problems({ RABBIT_URL: left.RABBIT_URL }).length, 0);
});

test("a DSN is a URL or libpq words, quoted where they must be", () => {
  const expected = {
    host: "db",
    port: 5432,
    user: "me",
    password: "it's",
    database: "users",
    ssl: false,
    connectTimeout: 3_000,
  };
  assert.deepEqual(
    loadConfig({ DSN: "host=db user=me password='it\\'s' dbname=users sslmode=disable" }).postgres,
    expected,
  );
  assert.deepEqual(loadConfig({ DSN: "postgres://me:it's@db/users" }).postgres, expected);
});
