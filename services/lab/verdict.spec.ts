import assert from "node:assert/strict";
import { test } from "node:test";
import { closedCase, measurementsOf, reportOf } from "../../test/support/lab-report.ts";
import { toCsv } from "./report/csv.ts";
import { toHtml } from "./report/html.ts";
import type { Case } from "./settings.ts";
import { summarise } from "./summary.ts";
import { runVerdict } from "./verdict.ts";

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

test("when calls at a fixed rate failed, then they are later than all others: who lost more than 1 in 100 is not compared", () => {
  const of: Case = { operation: "lab.echo", payload: 64, arrival: "open", rate: 1_000 };
  const measurements = measurementsOf(0, of, { rest: six(1.4), "json-rpc": six(3.5), grpc: six(1) }).map((one) => {
    if (one.contender === "json-rpc") return one;
    const latency = { p50: 1, max: 1.4 };
    return one.contender === "grpc"
      ? { ...one, calls: 0, errors: { TIMEOUT: 100 }, throughput: 0, latency: undefined }
      : { ...one, calls: 60, errors: { TIMEOUT: 40 }, throughput: 600, latency };
  });
  const { summaries, verdict } = summarise(0, of, measurements);
  assert.deepEqual(
    summaries.map(({ contender, latency }) => [contender, latency?.p50?.median, latency?.p99?.median]),
    [
      ["json-rpc", 3.5 / 3, 3.5],
      ["rest", 1, undefined],
      ["grpc", undefined, undefined],
    ],
  );
  assert.deepEqual(verdict, [
    "JSON-RPC over TCP: 99 of 100 calls within 3.5 ms at 1,000 calls/s.",
    "REST: 240 of 600 calls failed (TIMEOUT 240).",
    "REST: 6 of 6 rounds had fewer than 99 of 100 calls answered, so it is not compared.",
    "gRPC: nothing was carried, all 600 calls failed (TIMEOUT 600).",
  ]);
});

test("when one carried nothing in some rounds, then it is not compared, for the others would flatter it, and the run says so", () => {
  const of = closedCase(64);
  const idle = { calls: 0, errors: { SERVICE_UNAVAILABLE: 50 }, throughput: 0, latency: undefined };
  const measurements = measurementsOf(0, of, { rest: six(1_000), "json-rpc": six(3_000) }).map((one) =>
    one.contender === "json-rpc" && one.round === 6 ? { ...one, ...idle } : one,
  );
  const result = summarise(0, of, measurements);
  assert.deepEqual(result.verdict, [
    "REST: 1,000 calls/s.",
    "JSON-RPC over TCP: 50 of 550 calls failed (SERVICE_UNAVAILABLE 50).",
    "JSON-RPC over TCP: 1 of 6 rounds had no call, so it is not compared.",
  ]);
  assert.deepEqual(runVerdict([result], measurements), [
    "lab.echo, JSON-RPC over TCP against REST: not compared, for a round without calls, in 1 of 1 cases.",
  ]);
  const all = measurements.map((one) => (one.round === 6 ? { ...one, ...idle } : one));
  assert.equal(summarise(0, of, all).verdict[0], "None can be compared.");
});

test("when calls were too few for 99 of 100, then it is the slowest of so many that is compared", () => {
  const of: Case = { operation: "logger.list", arrival: "open", rate: 66 };
  const measurements = measurementsOf(0, of, { rest: six(14), amqp: six(7) }).map((one) => {
    const { p99: max = 0 } = one.latency ?? {};
    return { ...one, calls: 13, latency: { p50: max / 3, p90: max / 2, max } };
  });
  assert.deepEqual(summarise(0, of, measurements).verdict, [
    "AMQP request/reply: the slowest of 13 calls within 7 ms at 66 calls/s; times as long: REST 2.",
  ]);
});

test("with four rounds or fewer nobody is called faster or alike; when the rounds go far apart, then it says how far", () => {
  for (const rounds of [1, 2, 4]) {
    const of = closedCase(64);
    const measurements = measurementsOf(0, of, {
      rest: six(1_000).slice(0, rounds),
      "json-rpc": six(1_500).slice(0, rounds),
      grpc: six(1_000).slice(0, rounds),
    });
    const result = summarise(0, of, measurements);
    assert.match(
      String(result.verdict),
      /^JSON-RPC over TCP: .* calls\/s; too few rounds to tell it from REST, gRPC\.$/,
    );
    assert.equal(
      runVerdict([result], measurements)[0],
      "lab.echo, JSON-RPC over TCP against REST: too few rounds to tell in 1 of 1 cases.",
    );
  }
  const of: Case = { operation: "lab.echo", payload: 64, arrival: "open", rate: 2_000 };
  const measurements = measurementsOf(0, of, { "json-rpc": six(1), grpc: [0.8, 9.9, 7, 2, 5, 4] });
  assert.deepEqual(summarise(0, of, measurements).verdict, [
    "JSON-RPC over TCP: 99 of 100 calls within 1 ms at 2,000 calls/s; could not be told from gRPC (between 0.8 and 9 times).",
  ]);
  const report = reportOf([
    [closedCase(64), { rest: six(1_000), "json-rpc": [800, 9_900, 6_300, 2_000, 5_250, 3_800] }],
  ]);
  assert.deepEqual(report.verdict, [
    "lab.echo, JSON-RPC over TCP against REST: not told apart in 1 of 1 cases. 64 B: between 0.8 and 9 times as fast.",
  ]);
});

test("what is a tie at one number in flight is no part of the figure of the others, nor is the other direction", () => {
  const report = reportOf([
    [closedCase(64, 1), { rest: six(1_000), "json-rpc": six(3_000) }],
    [closedCase(64, 10), { rest: six(1_000), "json-rpc": [950, 1_060, 990, 1_100, 970, 1_090] }],
    [closedCase(64, 50), { rest: six(1_000), "json-rpc": six(500) }],
    [closedCase(64, 200), { rest: six(1_000), "json-rpc": six(2_000) }],
  ]);
  assert.deepEqual(report.verdict, [
    "lab.echo, JSON-RPC over TCP against REST: faster in 2, a tie in 1, slower in 1 of 4 cases. 64 B: 2 times as slow or 2 to 3 times as fast or a tie.",
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
