import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import amqplib from "amqplib";
import { type Run, run } from "./support/run.ts";
import { until } from "./support/until.ts";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

const cli = (...args: string[]): Run => run("../../src/cli.ts", args);

/** Starts the server and returns its port once it listens. */
async function listening(started: Run): Promise<number> {
  await until("the line at the start", () => started.output.out.includes("\n") || started.child.exitCode !== null);
  const port = /:(\d+) /.exec(started.output.out)?.[1];
  assert(port, `no port in ${JSON.stringify(started.output)}`);
  return Number(port);
}

describe("amqp-memory-server", () => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    it(`says in one line what it is and where, serves, and ends with 0 on ${signal}`, async () => {
      const started = cli("--port", "0");
      const port = await listening(started);
      assert.match(started.output.out, /^amqp-memory-server \S+ on 127\.0\.0\.1:\d+ .*in memory.*\n$/);
      const connection = await amqplib.connect(`amqp://127.0.0.1:${port}`);
      connection.on("error", () => {});
      const channel = await connection.createChannel();
      await channel.assertQueue("q", { expires: 3_600_000, messageTtl: 3_600_000 });
      channel.sendToQueue("q", Buffer.from("x"));
      await channel.checkQueue("q");
      started.child.kill(signal);
      assert.equal(await started.ended, 0);
      assert.equal(started.output.err, "");
    });
  }

  it("takes users, virtual hosts and limits", async () => {
    const started = cli("--port", "0", "--user", "ann:se:cret", "--user", "bob:", "--vhost", "a", "--vhost", "b/c");
    const port = await listening(started);
    for (const path of ["ann:se%3Acret@127.0.0.1:PORT/a", "bob:@127.0.0.1:PORT/b%2Fc"]) {
      const connection = await amqplib.connect(`amqp://${path.replace("PORT", `${port}`)}`);
      await connection.close();
    }
    await assert.rejects(amqplib.connect(`amqp://guest:guest@127.0.0.1:${port}/a`), /ACCESS_REFUSED|403/);
    started.child.kill("SIGTERM");
    assert.equal(await started.ended, 0);
  });

  it("tells its version and its options", async () => {
    const [asked, helped] = [cli("--version"), cli("--help")];
    assert.deepEqual(await Promise.all([asked.ended, helped.ended]), [0, 0]);
    assert.equal(asked.output.out, `${version}\n`);
    for (const option of ["--port", "--user", "--allow-remote", "--allow-in-production"]) {
      assert(helped.output.out.includes(option), option);
    }
  });

  const mistakes: [args: string[], names: RegExp][] = [
    [["--prot", "0"], /--prot/],
    [["--port", "many"], /--port: .*number.*many/],
    [["--port", "65536"], /port: .*65535.*65536/],
    [["--port", ""], /port/],
    [["--user", "nobody"], /--user/],
    [["--heartbeat=-1"], /heartbeat/],
    [["--memory-limit", "1.5"], /memory-?limit/i],
    [["--host", "0.0.0.0", "--port", "0"], /allow-?remote/i],
    [["surplus"], /surplus/],
  ];
  it("refuses what it does not know with 2, and one line that names it", async () => {
    const runs = mistakes.map(([args, names]) => ({ args, names, ...cli(...args) }));
    for (const { args, names, ended, output } of runs) {
      assert.equal(await ended, 2, args.join(" "));
      assert.match(output.err, names);
      assert.match(output.err, /^amqp-memory-server: [^\n]+\n$/);
      assert.equal(output.out, "");
    }
  });

  it("refuses a port that is taken, and production, with 2", async () => {
    const first = cli("--port", "0");
    const port = await listening(first);
    const second = cli("--port", `${port}`);
    const production = run("../../src/cli.ts", ["--port", "0"], { NODE_ENV: "production" });
    assert.deepEqual(await Promise.all([second.ended, production.ended]), [2, 2]);
    assert.match(second.output.err, /taken/);
    assert.match(production.output.err, /production/);
    first.child.kill("SIGTERM");
    await first.ended;
  });
});
