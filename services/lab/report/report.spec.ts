import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { closedCase, reportOf } from "../../../test/support/lab-report.ts";
import { comparison } from "../cli/compare.ts";
import { reportText } from "../cli/table.ts";
import { Reports } from "../reports.ts";
import { toCsv } from "./csv.ts";
import { toHtml } from "./html.ts";
import { toJson } from "./json.ts";
import { axisOf } from "./plot.ts";
import { againstConcurrency, againstPayload, atFixedRate, type Figure } from "./series.ts";

const two = () =>
  reportOf([
    [closedCase(64), { rest: [100, 110], "json-rpc": [500, 510], "grpc-stream": [900, 910] }],
    [closedCase(1_024), { rest: [90, 95], "json-rpc": [400, 410] }],
    [
      { operation: "lab.echo", payload: 64, arrival: "open", rate: 50 },
      { rest: [3, 4], "json-rpc": [1, 2] },
    ],
  ]);

test("the CSV has a line for each measurement; what was not measured is empty, what needs quotes has them", () => {
  const report = two();
  const [header = "", ...lines] = toCsv(report).trimEnd().split("\r\n");
  assert.equal(lines.length, report.measurements.length);
  const stream = lines.find((line) => line.includes("grpc-stream"))?.split(",");
  const of = (name: string) => stream?.[header.split(",").indexOf(name)];
  assert.deepEqual(["operation", "payload", "rate", "calls", "calls_per_second", "p99_ms", "cpu_nodes_us"].map(of), [
    "lab.echo",
    "64",
    "",
    "100",
    "900",
    "",
    "20",
  ]);
  const [first] = report.cases;
  assert.ok(first);
  const odd = { ...first, case: { ...first.case, operation: 'a "b", c' as "lab.echo" } };
  assert.ok(toCsv({ ...report, cases: [odd] }).includes('"a ""b"", c",64'));
});

test("the HTML is one file that asks no host and runs nothing; whatever a report says is text in it", () => {
  const evil = `<script>alert("1")</script>&'`;
  const report = two();
  const html = toHtml({
    ...report,
    id: evil,
    state: "partial",
    reason: evil,
    verdict: [evil],
    absences: [{ contender: "grpc", operation: "lab.echo", reason: evil }],
    surroundings: { ...report.surroundings, cpu: evil, messageBroker: evil },
  });
  assert.doesNotMatch(html, /<script|https?:|src=|<link|url\(|@import/);
  assert.equal(html.split("&#60;script&#62;alert(&#34;1&#34;)&#60;/script&#62;&#38;&#39;").length, 7);
  assert.match(html, /<b>Partial:<\/b>/);
  // Six metrics against the payload, and the latency at the fixed rate.
  assert.equal(html.match(/<figure>/g)?.length, 7);
  assert.equal(html.match(/<details>/g)?.length, 3);
  assert.doesNotMatch(html, /NaN|Infinity|undefined/);
});

test("each metric is drawn against the payload and against the calls in flight, with what is held fixed beside it", () => {
  const { cases } = reportOf(
    [64, 1_024].flatMap((size) => [1, 50].map((load) => [closedCase(size, load), { rest: [9] }])),
  );
  const fixedOf = (figures: readonly Figure[], title: string) =>
    figures.filter((figure) => figure.title === title && figure.x.length === 2).map(({ fixed }) => fixed);
  for (const title of ["Throughput", "Processor time, serving side", "Bytes on the wire"]) {
    assert.deepEqual(fixedOf(againstPayload(cases), title), ["1 in flight", "50 in flight"], title);
    assert.deepEqual(fixedOf(againstConcurrency(cases), title), ["64 B", "1 KiB"], title);
  }
});

test("a fixed rate's picture has the percentiles that somebody has, and the line of one whose calls failed ends where they begin", () => {
  const of = { operation: "lab.echo", payload: 64, arrival: "open", rate: 50 } as const;
  const { cases } = reportOf([[of, { rest: six(4), grpc: six(2) }]]);
  const cut = cases.map((result) => ({
    ...result,
    summaries: result.summaries.map(({ latency, ...summary }) => {
      const p99 = summary.contender === "grpc" ? undefined : latency?.p99;
      return { ...summary, latency: { ...latency, p99, p999: undefined } };
    }),
  }));
  const [figure] = atFixedRate(cut);
  assert.deepEqual(figure?.x, ["50 %", "90 %", "99 %", "slowest"]);
  const drawn = figure?.series.map(({ contender, points }) => [contender, points.map(({ at }) => at)]);
  assert.deepEqual(drawn, [
    ["grpc", [0, 1]],
    ["rest", [0, 1, 2, 3]],
  ]);
});

test("an axis begins and ends at a round number around its values, with few ticks", () => {
  assert.deepEqual(axisOf([3, 40]), { low: 2, high: 50, ticks: [2, 5, 10, 20, 50] });
  assert.deepEqual(axisOf([7, 48_000]).ticks, [5, 10, 100, 1_000, 10_000, 50_000], "where it ends is told too");
  const { low, high } = axisOf([5, 5]);
  assert.ok(low <= 5 && high > 5);
});

const six = (value: number) => [1, 1.02, 0.98, 1, 1.01, 0.99].map((machine) => value * machine);

test("two reports are compared case by case; where the intervals touch they are alike, or there is no telling", () => {
  const before = reportOf([[closedCase(64), { rest: six(100), amqp: [50, 60, 70, 80, 90, 100], grpc: six(50) }]]);
  const after = reportOf([
    [closedCase(64), { rest: six(102), amqp: [60, 70, 80, 90, 100, 160], grpc: six(100) }],
    [closedCase(128), { rest: six(1) }],
  ]);
  const text = comparison(before, after);
  assert.match(text, /lab\.echo, 64 B, 10 in flight +REST +100 calls\/s +102 calls\/s +tie/);
  assert.match(text, /AMQP request\/reply +75 calls\/s +85 calls\/s +not told apart \(between 0\.6 and 3\.2 times\)/);
  assert.match(text, /gRPC +50 calls\/s +100 calls\/s +2 times/);
  assert.match(text, /1 of 3 differ/);
  assert.equal(comparison(before, reportOf([[closedCase(1), { rest: [1] }]])), "The two have no case in common.");
});

test("what was not the same when two reports were made is told line by line, and what only one of them has measured", () => {
  const measured = { rest: [100, 110], grpc: [50, 51] };
  const before = reportOf([[closedCase(64), measured]]);
  assert.match(comparison(before, before), /^Machine, versions, servers and settings are the same\.$/m);
  assert.doesNotMatch(comparison(before, before), /^Only/m);
  const { settings, surroundings } = before;
  const after = reportOf(
    [
      [closedCase(64), { rest: [100, 110] }],
      [closedCase(128), measured],
    ],
    {
      settings: { ...settings, rounds: 1, duration: 30_000, warmUp: 0 },
      surroundings: {
        ...surroundings,
        versions: { node: "24.0.0", "@grpc/grpc-js": "1.9.0" },
        messageBroker: "another 1",
        nodes: { "lab.echo": 3 },
        databases: { "logger.write": "NeDB 3" },
      },
    },
  );
  const text = comparison(before, after);
  for (const line of [
    /^ +AMQP server +RabbitMQ 4 +another 1$/,
    /^ +nodes that served lab\.echo +1 +3$/,
    /^ +rounds +5 +1$/,
    /^ +one measurement +200 ms +30000 ms$/,
    /^ +warm-up before each case +100 ms +0 ms$/,
    /^ +@grpc\/grpc-js +not told +1\.9\.0$/,
    /^ +database of logger\.write +not told +NeDB 3$/,
    /^Only in A: gRPC in 1 case\.$/,
    /^Only in B: REST in 1 case, gRPC in 1 case\.$/,
  ]) {
    assert.match(text, new RegExp(line, "m"));
  }
  assert.doesNotMatch(text, /^ +(node|processor|seed) /m);
});

test("how the machine was meanwhile is said of each case and of all together, as far as it told", () => {
  const report = two();
  const told = [{ load: 2.31, steal: 0.004 }, { load: 1.9 }, undefined];
  const cases = report.cases.map((result, index) => ({ ...result, machine: told[index] }));
  const text = reportText({ ...report, cases });
  assert.match(text, /10 in flight.* load 2\.3, steal 0\.4 %/);
  assert.match(text, /10 in flight.* load 1\.9\S*\n/);
  assert.match(text, /load when it began 0\.1, while cases were measured 1\.9 to 2\.3, steal up to 0\.4 %/);
  assert.match(reportText({ ...report, cases: cases.slice(0, 1) }), /while cases were measured 2\.3, steal/);
  assert.match(toHtml({ ...report, cases }), />Meanwhile the machine had load 2\.3, steal 0\.4 %\.</);
});

test("reports of before, which tell less, are still shown and compared", () => {
  const report = two();
  const { settings, surroundings } = report;
  const less = {
    settings: { ...settings, firstWarmUp: undefined },
    surroundings: { ...surroundings, databases: undefined },
  };
  const old = JSON.parse(toJson({ ...report, ...less }));
  assert.doesNotMatch(reportText(old) + comparison(old, report) + toHtml(old), /undefined|NaN/);
});

test("when one of two reports has too few rounds, or too many calls failed, then that is said, and nobody has changed", () => {
  const few = (value: number) => reportOf([[closedCase(64), { rest: [value] }]]);
  assert.match(
    comparison(few(100), few(500)),
    /too few rounds to tell\n\n0 of 0 differ.*\n1 with too few rounds to tell\.$/,
  );
  const open = reportOf([[{ operation: "lab.echo", payload: 64, arrival: "open", rate: 50 }, { rest: six(4) }]]);
  const cases = open.cases.map((result) => ({
    ...result,
    summaries: result.summaries.map((one) => ({ ...one, errors: { TIMEOUT: 100 } })),
  }));
  assert.match(
    comparison(open, { ...open, cases }),
    /REST +4 ms p99 +– +too many calls failed\n\n0 of 0 differ.*\n1 where too many calls failed: not comparable\.$/,
  );
});

test("when calls came at other rates in the two reports, then both rates stand there, and what waited longer is not judged", () => {
  const at = (rate: number, p99: number) =>
    reportOf([[{ operation: "lab.echo", payload: 64, arrival: "open", rate }, { rest: six(p99) }]]);
  const row = (rate: number) => comparison(at(1_000, 2), at(rate, 8));
  assert.match(row(1_040), /lab\.echo, 64 B, a fixed rate +REST +2 ms p99 +8 ms p99 +4 times\n\n1 of 1 differ/);
  assert.match(
    row(1_100),
    /REST +2 ms p99 at 1,000 calls\/s +8 ms p99 at 1,100 calls\/s +not comparable\n\n0 of 0 differ/,
  );
  assert.match(row(1_100), /1 at other rates: not comparable\.$/);
});

test("the last reports are kept and no more; what is no report, or no name of one, is not found", async (context) => {
  const directory = await mkdtemp(join(tmpdir(), "sixfold-lab-"));
  context.after(() => rm(directory, { recursive: true }));
  const kept = new Reports(join(directory, "lab"), 2);
  assert.deepEqual(await kept.list(), []);
  for (const day of [1, 3, 2]) await kept.keep({ ...two(), id: `2026-01-0${day}-000000-abcd` });
  await writeFile(join(directory, "lab", "2026-01-04-000000-abcd.json"), "{");
  await writeFile(join(directory, "secret.json"), "{}");
  assert.deepEqual(
    (await kept.list()).map(({ id, state }) => [id, state]),
    [
      ["2026-01-03-000000-abcd", "complete"],
      ["2026-01-02-000000-abcd", "complete"],
    ],
  );
  assert.equal((await readdir(join(directory, "lab"))).length, 3);
  assert.equal((await kept.get("2026-01-03-000000-abcd")).version, 1);
  for (const id of ["../secret", "2026-01-01-000000-abcd", "2026-01-04-000000-abcd", ""]) {
    await assert.rejects(kept.get(id), { type: "NOT_FOUND" });
  }
});
