import assert from "node:assert/strict";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import type { Environment } from "../../config/load.ts";
import { eventually } from "../support/eventually.ts";
import { post } from "../support/post.ts";
import { apart, descendants, isAlive, type Process, start, startLauncher, temporary } from "../support/started.ts";
import { storedLogs } from "../support/stores.ts";

/** What an end may take, ms. */
const END = 5_000;

const write = (environment: Environment, data: string) =>
  post(`http://127.0.0.1:${environment.LOGGER_PORT}/log`, { name: "launcher", data });

const processOf = (processes: readonly Process[], name: string): Process => {
  const found = processes.find(({ command }) => command.includes(`main.js ${name}`));
  assert.ok(found, `no ${name} in ${processes.map(({ command }) => command).join("\n")}`);
  return found;
};

const gone = (processes: readonly Process[], limit = END) =>
  eventually(() => processes.every(({ pid }) => !isAlive(pid)) || undefined, limit);

const listens = (port: string | undefined): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(Number(port), "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });

test("when only some nodes are asked for, then those run, with the servers they need", async (context) => {
  const environment = await apart(temporary(context));
  const launcher = startLauncher(context, ["--only", "mailer,logger"], environment);
  await launcher.said("Ready after");
  const running = descendants(launcher.pid).map(({ command }) => /main\.js (\w+)/.exec(command)?.[1]);
  assert.deepEqual(running.sort(), ["amqp", "logger", "mailer", "smtp"]);
  assert.match(launcher.output(), new RegExp(`logger +http://127.0.0.1:${environment.LOGGER_PORT} +ready`));
  assert.doesNotMatch(launcher.output(), /Open http/);
});

test("when it is started twice, then the second says so and the first goes on", async (context) => {
  const environment = await apart(temporary(context));
  const first = startLauncher(context, ["--only", "logger"], environment);
  await first.said("Ready after");
  const second = await startLauncher(context, ["--only", "logger"], environment).ended;
  assert.equal(second.code, 2);
  assert.equal(
    second.output.trim(),
    `It is running already (process ${first.pid}, data in ${environment.DATA_DIR}). Stop that one first.`,
  );
  assert.equal((await write(environment, "still here")).status, 202);
});

test("when its number was given to another process after a crash, then that is no second start", async (context) => {
  const environment = await apart(temporary(context));
  const left = { pid: process.pid, began: "long ago", environment: {} };
  writeFileSync(join(String(environment.DATA_DIR), "running.json"), JSON.stringify(left));
  await startLauncher(context, ["--only", "logger"], environment).said("Ready after");
});

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL"] as const) {
  test(`when the launcher gets ${signal}, then within 5 s no process and no port is left`, async (context) => {
    const environment = await apart(temporary(context));
    const launcher = startLauncher(context, ["--only", "auth,logger,mailer"], environment);
    await launcher.said("Ready after");
    const processes = descendants(launcher.pid);
    assert.equal(processes.length, 6);

    launcher.kill(signal);
    await gone([...processes, { pid: launcher.pid, command: "launcher" }]);
    for (const name of ["AUTH_PORT", "LOGGER_PORT", "MAILER_PORT"])
      assert.equal(await listens(environment[name]), false);
    assert.equal((await launcher.ended).code, signal === "SIGKILL" ? null : 0);
  });
}

test("when the launcher is killed while it starts, then what it started ends too", async (context) => {
  const environment = await apart(temporary(context));
  const launcher = startLauncher(context, [], environment);
  await eventually(() => descendants(launcher.pid).length > 4 || undefined);
  const processes = descendants(launcher.pid);
  launcher.kill("SIGKILL");
  // A process that loads its modules hears of it when it has.
  await gone(processes, 3 * END);
});

test("when npm is told to end, then within 5 s no process is left", async (context) => {
  const environment = await apart(temporary(context));
  const npm = start(context, "npm", ["start", "--", "--only", "logger"], environment);
  await npm.said("Ready after");
  const processes = descendants(npm.pid);
  npm.kill("SIGTERM");
  await gone(processes);
});

test("when a node or a stand-in is killed, then it is started again, the screen says so, and the system works", async (context) => {
  const environment = await apart(temporary(context));
  const launcher = startLauncher(context, ["--only", "logger"], environment);
  await launcher.said("Ready after");

  process.kill(processOf(descendants(launcher.pid), "logger").pid, "SIGKILL");
  await launcher.said("logger ended (SIGKILL); starting it again in 200 ms");
  await launcher.said("logger is back");
  process.kill(processOf(descendants(launcher.pid), "logger").pid, "SIGKILL");
  await launcher.said("logger ended (SIGKILL); starting it again in 400 ms");
  await launcher.said(/back.*back/s);
  process.kill(processOf(descendants(launcher.pid), "amqp").pid, "SIGKILL");
  await launcher.said("amqp is back");
  await eventually(async () => {
    const ready = await fetch(`http://127.0.0.1:${environment.LOGGER_PORT}/readyz`);
    return ready.ok || undefined;
  }, 20_000);
  assert.equal((await write(environment, "after all that")).status, 202);
});

test("what was stored is there after a restart, and gone after --fresh", async (context) => {
  const dataDir = temporary(context);
  const environment = await apart(dataDir);
  const run = async (args: string[], work: () => Promise<void>) => {
    const launcher = startLauncher(context, ["--only", "logger", ...args], environment);
    await launcher.said("Ready after");
    await work();
    launcher.kill("SIGTERM");
    await launcher.ended;
  };
  const count = async () => (await storedLogs({ dataDir, environment })).length;

  await run([], async () => void (await write(environment, "kept")));
  await run([], async () => assert.equal(await count(), 1));
  await run(["--fresh"], async () => assert.equal(await count().catch(() => 0), 0));
});

test("when variables stand in .env, then they are read; the environment goes before them", async (context) => {
  const cwd = temporary(context);
  const { PATH, ...rest } = await apart(join(cwd, "data"));
  writeFileSync(
    join(cwd, ".env"),
    Object.entries({ ...rest, LOG_LEVEL: "loud" })
      .map(([name, value]) => `${name}=${value}`)
      .join("\n"),
  );
  const bad = await startLauncher(context, ["--only", "logger"], { PATH }, cwd).ended;
  assert.match(bad.output, /^LOG_LEVEL: found "loud"/);
  const launcher = startLauncher(context, ["--only", "logger"], { PATH, LOG_LEVEL: "info" }, cwd);
  await launcher.said(String(rest.LOGGER_PORT));
  await launcher.said("Ready after");
});

test("when a real server is named but away, then the node waits for it and the table says so", async (context) => {
  const environment = await apart(temporary(context));
  const dsn = "host=127.0.0.1 port=1 user=u password=p dbname=users sslmode=disable";
  const launcher = startLauncher(context, ["--only", "auth"], { ...environment, DSN: dsn });
  await launcher.said("Ready after");
  assert.match(launcher.output(), /auth +http\S+ +waits for postgres \(/);
  assert.match(launcher.output(), /PostgreSQL +postgres:\/\/127.0.0.1:1\/users +yours/);
  assert.match(launcher.output(), /^auth {5}\| .*Postgres/m);
});

test("the run file says where the servers are; it and all the data are their owner's only", async (context) => {
  const environment = await apart(join(temporary(context), "data"));
  const launcher = startLauncher(context, ["--only", "logger"], environment);
  await launcher.said("Ready after");
  const dataDir = String(environment.DATA_DIR);
  const file = join(dataDir, "running.json");
  assert.equal(statSync(dataDir).mode & 0o777, 0o700);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const running = JSON.parse(readFileSync(file, "utf8")) as { pid: number; environment: Environment };
  assert.equal(running.pid, launcher.pid);
  assert.match(String(running.environment.RABBIT_URL), /^amqp:\/\//);
});
