import assert from "node:assert/strict";
import { test } from "node:test";
import { closedCase, measurementsOf, reportOf } from "../../test/support/lab-report.ts";
import { toCsv } from "./report/csv.ts";
import { toHtml } from "./report/html.ts";
import type { Case } from "./settings.ts";
import { summarise } from "./summary.ts";

const six = (value: number) => [1, 1.1, 0.9, 1, 1.05, 0.95].map((machine) => value * machine);

test("when one carries more, then the case says how many times as many as each other; inside the noise it is a tie", () => {
  const of = closedCase(1_024);
  const rounds = {
    rest: six(8_000),
    "json-rpc": six(48_000),
    grpc: six(4_000),
    amqp: [50e3, 49e3, 47e3, 46e3, 51e3, 44e3],
  };
  const { summaries, verdict } = summarise(0, of, measurementsOf(0, of, rounds));
  assert.deepEqual(
    summaries.map(({ contender }) => contender),
    ["json-rpc", "amqp", "rest", "grpc"],
  );
  assert.deepEqual(verdict, [
    "JSON-RPC over TCP: 48,000 calls/s; times as many as: REST 6, gRPC 12; a tie with AMQP request/reply.",
  ]);
});

test("with a fixed rate whoever answers 99 of 100 soonest is best, and the others take so many times as long", () => {
  const of: Case = { operation: "lab.echo", payload: 64, arrival: "open", rate: 2_000 };
  const { verdict } = summarise(0, of, measurementsOf(0, of, { rest: six(6), "json-rpc": six(2), mesh: six(2.001) }));
  assert.deepEqual(verdict, [
    "JSON-RPC over TCP: 99 of 100 calls within 2 ms at 2,000 calls/s; times as long: REST 3; a tie with Moleculer mesh.",
  ]);
});

test("when calls failed, then it says how many of whom; when all did, then nothing was carried", () => {
  const of = closedCase(64);
  const [measured] = measurementsOf(0, of, { rest: [100] });
  assert.ok(measured);
  const failing = { ...measured, contender: "grpc" as const, calls: 60, errors: { TIMEOUT: 40 } };
  assert.equal(summarise(0, of, [measured, failing]).verdict.at(-1), "gRPC: 40 of 100 calls failed (TIMEOUT 40).");
  const nothing = { ...failing, calls: 0, throughput: 0 };
  assert.equal(summarise(0, of, [nothing]).verdict[0], "Nothing was carried.");
});

test("when all calls of one failed, or those of some rounds, then it is last, or is judged by the others, and it says so", () => {
  const of: Case = { operation: "lab.echo", payload: 64, arrival: "open", rate: 2_000 };
  const failed = { calls: 0, errors: { TIMEOUT: 100 }, throughput: 0, latency: undefined };
  const measurements = measurementsOf(0, of, { rest: six(6), "json-rpc": six(2), grpc: six(1) }).map((one) =>
    one.contender === "grpc" || (one.contender === "json-rpc" && one.round <= 4) ? { ...one, ...failed } : one,
  );
  const { summaries, verdict } = summarise(0, of, measurements);
  assert.deepEqual(
    summaries.map(({ contender, latency }) => [contender, latency?.p99.median]),
    [
      ["json-rpc", 2],
      ["rest", 6],
      ["grpc", undefined],
    ],
  );
  assert.deepEqual(verdict, [
    "JSON-RPC over TCP: 99 of 100 calls within 2 ms at 2,000 calls/s; times as long: REST 3.",
    "JSON-RPC over TCP: 400 of 600 calls failed (TIMEOUT 400).",
    "JSON-RPC over TCP: 4 of 6 rounds had no call; times and costs are those of the others.",
    "gRPC: nothing was carried, all 600 calls failed (TIMEOUT 600).",
  ]);
});

test("what a call cost is told of the rounds that had one; of a contender that had none, nothing", () => {
  const of = closedCase(64);
  const none = { calls: 0, errors: { TIMEOUT: 9 }, throughput: 0, latency: undefined, sent: undefined };
  const idle = { ...none, received: undefined, cpu: undefined };
  const measurements = measurementsOf(0, of, { rest: six(100), grpc: six(100) }).map((one) =>
    one.contender === "grpc" || one.round <= 4 ? { ...one, ...idle } : one,
  );
  const [rest, grpc] = summarise(0, of, measurements).summaries;
  const exactly = (value: number) => ({ median: value, low: value, high: value });
  assert.deepEqual([rest?.sent, rest?.received], [exactly(100), exactly(120)]);
  assert.deepEqual(rest?.cpu, { driver: exactly(10), nodes: exactly(20) });
  assert.deepEqual([grpc?.sent, grpc?.received, grpc?.cpu], [undefined, undefined, undefined]);
  const report = reportOf([[of, { rest: six(100) }]]);
  const html = toHtml({ ...report, cases: [summarise(0, of, measurements)], measurements });
  assert.doesNotMatch(html, /NaN|undefined/);
  assert.match(toCsv({ ...report, measurements }), /,grpc,1,0,9,1,0,,,,,,,,,\r\n/);
});

test("all cases together say where the claim holds, payload by payload", () => {
  const report = reportOf([
    [closedCase(64, 1), { rest: six(1_000), "json-rpc": six(5_000), grpc: six(2_000) }],
    [closedCase(64, 50), { rest: six(2_000), "json-rpc": six(16_000), grpc: six(4_000) }],
    [closedCase(262_144), { rest: six(500), "json-rpc": [500, 600, 400, 510, 490, 505], grpc: six(750) }],
  ]);
  assert.deepEqual(report.verdict, [
    "lab.echo, JSON-RPC over TCP against REST: faster in 2, a tie in 1 of 3 cases. 64 B: 5 to 8 times as fast; 256 KiB: a tie.",
    "lab.echo, gRPC against JSON-RPC over TCP: faster in 1, slower in 2 of 3 cases. 64 B: 2.5 to 4 times as slow; 256 KiB: 1.5 times as fast.",
    "lab.echo, gRPC against REST: faster in 3 of 3 cases. 64 B: 2 times as fast; 256 KiB: 1.5 times as fast.",
  ]);
});
