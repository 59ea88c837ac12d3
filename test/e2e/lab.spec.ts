import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Environment } from "../../config/load.ts";
import type { Report } from "../../services/lab/results.ts";
import { closedCase, reportOf } from "../support/lab-report.ts";
import { ownServers } from "../support/servers.ts";
import { apart, descendants, isAlive, root, start, startLauncher, temporary } from "../support/started.ts";

const program = join(root, "dist/services/lab/cli/main.js");
const lab = (context: TestContext, args: readonly string[], environment: Environment) =>
  start(context, process.execPath, [program, ...args], environment);

const tiny = [
  "--payload",
  "64",
  "--concurrency",
  "2",
  "--rounds",
  "2",
  "--duration",
  "40",
  "--first-warm-up",
  "20",
  "--warm-up",
  "20",
];
const reportsIn = (directory: string) => readdirSync(directory).filter((name) => /^\d.*\.json$/.test(name));

test("when arguments are wrong, then one line says what, and the exit code is 2", async (context) => {
  const directory = temporary(context);
  const environment = await apart(directory);
  const noReport = join(directory, "no-report.json");
  writeFileSync(noReport, "{}");
  for (const [args, said] of [
    [["--protocol", "soap"], /^--protocol: there is no "soap"; there are rest, /],
    [["--payload", "much"], /^--payload: "much" is no whole number$/],
    [["--payload", ""], /^--payload: which\?$/],
    [["--rounds", "99"], /^The "rounds" field must be less than or equal to 20\.$/],
    [["--preset", "quick,full"], /^--preset takes one value, not 2$/],
    [["--rate", "1,2"], /^--rate takes one value, not 2$/],
    [["--speed", "1"], /^Unknown option '--speed'$/],
    [["race"], /^there is no command "race"$/],
    [["--own", "--join"], /exclude each other/],
    [["compare", "a.json"], /^compare takes two files$/],
    [["show"], /^show takes one file$/],
    [["compare", noReport, "/nowhere.json"], /is no report of the lab$|cannot be read \(ENOENT\)$/],
  ] as const) {
    const { code, output } = await lab(context, args, environment).ended;
    assert.deepEqual([code, output.trim().split("\n").length], [2, 1], output);
    assert.match(output.trim(), said);
  }
});

test("a report is shown, and two are compared", async (context) => {
  const directory = temporary(context);
  const [a, b] = ["a.json", "b.json"].map((name) => join(directory, name));
  writeFileSync(String(a), JSON.stringify(reportOf([[closedCase(64), { rest: [100, 110, 100, 110, 100, 110] }]])));
  writeFileSync(String(b), JSON.stringify(reportOf([[closedCase(64), { rest: [300, 310, 300, 310, 300, 310] }]])));
  const environment = await apart(directory);
  assert.match((await lab(context, ["show", String(a)], environment).ended).output, /REST +█+ +105 /);
  const { code, output } = await lab(context, ["compare", String(a), String(b)], environment).ended;
  assert.equal(code, 0);
  assert.match(output, /lab\.echo, 64 B, 10 in flight +REST +105 calls\/s +305 calls\/s +2\.9 times/);
});

test("when nothing runs, then it starts a mesh of its own, shows what it measures, writes the report, and leaves nothing behind", async (context) => {
  const directory = temporary(context);
  const servers = await ownServers();
  context.after(() => servers.stop());
  const environment = { ...(await apart(directory)), ...servers.environment };
  const run = lab(context, [...tiny, "--out", join(directory, "out")], environment);
  await run.said(/^Run /m);
  const processes = descendants(run.pid);
  const { code, output } = await run.ended;
  assert.equal(code, 0, output);
  assert.match(output, /lab\.echo, 64 B, 2 in flight: .* calls\/s/);
  assert.match(output, /lab\.echo, gRPC against REST: /);
  const files = readdirSync(join(directory, "out"));
  assert.deepEqual(files.map((name) => name.split(".")[1]).sort(), ["csv", "html", "json"]);
  assert.ok(processes.length > 1);
  assert.deepEqual(
    processes.filter(({ pid }) => isAlive(pid)),
    [],
  );
});

test("when the mesh that runs has no lab, then it says so, and what to do", async (context) => {
  const servers = await ownServers();
  context.after(() => servers.stop());
  const environment = { ...(await apart(temporary(context))), ...servers.environment };
  await startLauncher(context, ["--only", "frontend"], environment).said("Ready after");
  const { code, output } = await lab(context, tiny, environment).ended;
  assert.equal(code, 1);
  assert.equal(output.trim(), "The mesh has no lab node: start one (npm run node -- lab), or use --own.");
});

test("when a mesh runs, then it is measured, the report is kept there, and Ctrl-C keeps what was measured so far", async (context) => {
  const directory = temporary(context);
  const environment = await apart(directory);
  await startLauncher(context, ["--only", "lab"], environment).said("Ready after");
  const args = [...tiny, "--payload", "64,128,256", "--rounds", "20", "--duration", "200", "--arrival", "closed"];
  const run = lab(context, [...args, "--protocol", "json-rpc"], environment);
  await run.said(/64 B, 2 in flight: /);
  run.kill("SIGINT");
  const { code, output } = await run.ended;
  assert.equal(code, 130, output);
  assert.match(output, /Stopping\.\.\./);
  assert.match(output, /Partial: it was stopped\./);
  const [file = ""] = reportsIn(join(directory, "lab"));
  const report = JSON.parse(readFileSync(join(directory, "lab", file), "utf8")) as Report;
  assert.equal(report.state, "partial");
  assert.ok(report.cases.length >= 1 && report.cases.length < 3);
});
