/**
 * The same probes against this server and against RabbitMQ, compared step by step. Every machine compares with what
 * RabbitMQ 3.10.8 was recorded doing; RABBIT_URL compares with a live one as well.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { before, describe, it } from "node:test";
import { AmqpMemoryServer } from "../src/index.ts";
import { differences } from "./probes/compare.ts";
import { probes } from "./probes/index.ts";
import { knownDifferences } from "./probes/known-differences.ts";
import { type Recording, runProbes } from "./probes/run.ts";

const RECORDING = new URL("./probes/rabbitmq-3.10.8.json", import.meta.url);
const rabbitUrl = process.env.RABBIT_URL;
const rabbitRequired = (process.env.REQUIRE ?? "").split(",").includes("rabbitmq");

async function runHere(): Promise<Recording> {
  const server = await AmqpMemoryServer.create({ port: 0, users: { guest: "guest" } });
  try {
    return await runProbes(server.url, probes);
  } finally {
    await server.stop();
  }
}

// Both comparisons are of one run: the suite waits for time-outs and heartbeats, and once is long enough.
let ours: Promise<Recording> | undefined;
const here = (): Promise<Recording> => {
  ours ??= runHere();
  return ours;
};

function compareEach(expected: () => Recording, actual: () => Recording): void {
  for (const story of Object.keys(probes)) {
    it(story, () => {
      const theirs = expected()[story];
      assert(theirs, "RabbitMQ was not recorded with this probe: run test/probes/record.ts");
      const differing = differences(story, theirs, actual()[story] ?? []);
      if (differing.length > 0) assert.fail(`\n${differing.join("\n")}`);
    });
  }
}

describe("what clients see here is what they saw of RabbitMQ 3.10.8", () => {
  let recorded: Recording;
  let seen: Recording;
  before(async () => {
    recorded = JSON.parse(await readFile(RECORDING, "utf8"));
    seen = await here();
  });
  compareEach(
    () => recorded,
    () => seen,
  );
  it("every known difference names a probe", () => {
    for (const { story } of knownDifferences) assert(story in probes, story);
  });
});

describe("what clients see here is what they see of a live RabbitMQ", () => {
  if (!rabbitUrl) {
    const absent = "RABBIT_URL names no RabbitMQ to compare with";
    it("compares with it", { skip: !rabbitRequired && absent }, () => assert.fail(absent));
    return;
  }
  let live: Recording;
  let seen: Recording;
  before(async () => {
    seen = await here();
    live = await runProbes(rabbitUrl, probes);
  });
  compareEach(
    () => live,
    () => seen,
  );
});
