import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { loadConfig } from "../../config/load.ts";
import { postgresAddress } from "../../config/postgres-address.ts";
import { openForMaintenance } from "../../mixins/postgres/connection.ts";
import { type Node, startNode } from "../../node/node.ts";
import { nodeOf } from "../../node/node-context.ts";
import { migrate } from "../../services/auth/migrations/migrate.ts";
import { seedUsers } from "../../services/auth/seed.ts";
import { anyPort } from "../support/any-port.ts";
import { startDatabase, type TestDatabase } from "../support/database.ts";
import { catchEvents } from "../support/events.ts";
import { eventually } from "../support/eventually.ts";
import { goAdminHash, goRow, goTable } from "../support/go-users.ts";
import { startBroker } from "../support/rabbitmq.ts";

const REPLICAS = 3;

/** Replicas that start at the same moment on what `fill` left in the database. */
async function withReplicas(
  fill: (database: TestDatabase) => Promise<void>,
  work: (nodes: readonly Node[], database: TestDatabase, rabbitUrl: string) => Promise<void>,
): Promise<void> {
  const [database, rabbit] = await Promise.all([startDatabase(), startBroker()]);
  const nodes: Node[] = [];
  try {
    await fill(database);
    const config = loadConfig(
      {
        NODE_ENV: "test",
        LOG_LEVEL: process.env.LOG_LEVEL ?? "error",
        NAMESPACE: randomUUID(),
        ...anyPort,
        SEED_USERS: "true",
        DSN: database.dsn,
        RABBIT_URL: rabbit.url,
      },
      ["auth"],
    );
    nodes.push(...(await Promise.all(Array.from({ length: REPLICAS }, () => startNode(["auth"], config)))));
    await Promise.all(nodes.map(({ joined }) => joined));
    await Promise.all(nodes.map((node) => eventually(() => check(node), 20_000)));
    await work(nodes, database, rabbit.url);
  } finally {
    await Promise.all(nodes.map((node) => node.stop()));
    await rabbit.stop();
    await database.stop();
  }
}

async function check({ broker }: Node): Promise<true> {
  const { ready, checks } = await nodeOf(broker).health.report();
  assert.ok(ready, JSON.stringify(checks));
  return true;
}

const migrations = (database: TestDatabase) =>
  database.query<{ name: string }>("SELECT name FROM schema_migrations ORDER BY name");

test("when replicas start at once on an empty database, then one migrates and seeds, and all serve", async () => {
  await withReplicas(
    async () => {},
    async (nodes, database) => {
      assert.deepEqual(
        await migrations(database),
        ["001-users", "002-outbox", "003-outbox-traceparent"].map((name) => ({ name })),
      );
      const users = await database.query<{ email: string }>("SELECT email FROM users");
      assert.deepEqual(users, [{ email: "admin@example.com" }]);
      for (const { broker } of nodes) {
        const user: { email: string } = await broker.call("auth.authenticate", {
          email: "admin@example.com",
          password: "verysecret",
        });
        assert.equal(user.email, "admin@example.com");
      }
    },
  );
});

test("when replicas start at once on the original's table, then it is taken over once, without a row lost", async () => {
  await withReplicas(
    async (database) => {
      for (const statement of goTable) await database.query(statement);
      for (let id = 1; id <= 200; id++) {
        const { sql, replacements } = goRow({ id, email: `u${id}@example.com`, password: goAdminHash, active: 1 });
        await database.query(sql, replacements);
      }
    },
    async (nodes, database) => {
      assert.equal((await migrations(database)).length, 3);
      const [counted] = await database.query<{ n: number }>(
        "SELECT count(*)::int AS n FROM users WHERE password = :hash",
        { hash: goAdminHash },
      );
      assert.equal(counted?.n, 200);
      const logins = nodes.map(({ broker }, n) =>
        broker.call("auth.authenticate", { email: `u${n + 1}@example.com`, password: "verysecret" }),
      );
      await Promise.all(logins);
      const [upgraded] = await database.query<{ n: number }>(
        "SELECT count(*)::int AS n FROM users WHERE password LIKE '$argon2id$%'",
      );
      assert.equal(upgraded?.n, REPLICAS);
    },
  );
});

test("when replicas share an outbox, then each event is published once, a user's in order", async () => {
  await withReplicas(
    async () => {},
    async (nodes, database, rabbitUrl) => {
      const caught = await catchEvents(rabbitUrl);
      try {
        const users = await Promise.all(
          Array.from({ length: 12 }, (_, n) =>
            nodes[n % REPLICAS]?.broker.call<{ id: number }, object>("auth.createUser", {
              email: `r${n}@example.com`,
              password: "long enough",
            }),
          ),
        );
        for (let step = 0; step < 4; step++) {
          await Promise.all(
            users.map((user, n) =>
              nodes[(n + step) % REPLICAS]?.broker.call("auth.updateUser", { id: user?.id, last_name: `step ${step}` }),
            ),
          );
        }
        const left = () => database.query("SELECT seq FROM outbox WHERE published_at IS NULL");
        await eventually(async () => (await left()).length === 0 || undefined);
        await eventually(() => caught.events.length >= 60 || undefined);
        assert.equal(caught.events.length, 60);
        assert.equal(new Set(caught.events.map(({ id }) => id)).size, 60);
        for (let n = 0; n < 12; n++) {
          const mine = caught.events.filter(({ data }) => data.includes(`"r${n}@example.com"`));
          assert.deepEqual(
            mine.map(({ data }) => (JSON.parse(data) as { last_name: string }).last_name),
            ["", "step 0", "step 1", "step 2", "step 3"],
          );
        }
      } finally {
        await caught.stop();
      }
    },
  );
});

test("when several migrate at once, then they wait for each other: none runs into another's half-made tables", async () => {
  const database = await startDatabase();
  const connections = Array.from({ length: REPLICAS }, () => openForMaintenance(postgresAddress(database.dsn)));
  try {
    await Promise.all(connections.map((sequelize) => migrate(sequelize, seedUsers)));
    assert.deepEqual(await database.query("SELECT email FROM users"), [{ email: "admin@example.com" }]);
  } finally {
    await Promise.all(connections.map((sequelize) => sequelize.close()));
    await database.stop();
  }
});

test("when production asks for the seed, then nobody is seeded", async () => {
  const [database, rabbit] = await Promise.all([startDatabase(), startBroker()]);
  const config = loadConfig(
    {
      NODE_ENV: "production",
      LOG_LEVEL: "fatal",
      NAMESPACE: randomUUID(),
      ...anyPort,
      SEED_USERS: "true",
      DSN: database.dsn,
      RABBIT_URL: rabbit.url,
    },
    ["auth"],
  );
  const node = await startNode(["auth"], config);
  try {
    await node.joined;
    await eventually(() => check(node), 20_000);
    assert.deepEqual(await database.query("SELECT id FROM users"), []);
  } finally {
    await node.stop();
    await rabbit.stop();
    await database.stop();
  }
});
