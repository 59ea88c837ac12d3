/**
 * `npm run bench:protocols [-- PAIR ...]`: each protocol's adapter beside the bare library doing the same, in the same run, on
 * the AMQP server that RABBIT_URL names (no lab may be at work on its virtual host), else on the embedded one. Writes
 * `results.md` when it measured all pairs. --rounds N, --duration MS, --warm-up MS, --profile DIRECTORY for what the processors did.
 */
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { AmqpMemoryServer } from "amqp-memory-server";
import { messageBrokerAt } from "../../services/lab/driver/message-broker.ts";
import { anyPort } from "../../test/support/any-port.ts";
import { type Comparison, compare } from "./compare.ts";
import { isPairName, pairNames } from "./pairs.ts";
import { report, table } from "./report.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "5" },
    duration: { type: "string", default: "1000" },
    "warm-up": { type: "string", default: "5000" },
    profile: { type: "string" },
  },
});
const plan = {
  rounds: whole("rounds"),
  duration: whole("duration"),
  warmUp: whole("warm-up"),
  profile: values.profile,
};
const unknown = positionals.filter((name) => !isPairName(name));
if (unknown.length > 0) refuse(`there is no ${unknown.join(", ")}; there are ${pairNames.join(", ")}`);
const chosen = positionals.length === 0 ? pairNames : pairNames.filter((name) => positionals.includes(name));

const embedded = process.env.RABBIT_URL === undefined ? await AmqpMemoryServer.create({ port: 0 }) : undefined;
const url = embedded?.url ?? process.env.RABBIT_URL ?? "";
const dataDir = mkdtempSync(join(tmpdir(), "sixfold-bench-"));
// What each process reads its configuration from.
Object.assign(process.env, anyPort, {
  NODE_ENV: "test",
  LOG_LEVEL: "error",
  NAMESPACE: randomUUID(),
  RABBIT_URL: url,
  DATA_DIR: dataDir,
  RATE_LIMIT: "1000000000",
});
try {
  const messageBroker = await messageBrokerAt(url);
  const comparisons: Comparison[] = [];
  for (const pair of chosen) comparisons.push(await compare(pair, plan, (step) => console.error(`${pair}: ${step}`)));
  console.log(table(comparisons));
  if (chosen.length === pairNames.length && plan.profile === undefined) {
    writeFileSync(new URL("./results.md", import.meta.url), report(comparisons, { plan, messageBroker }));
  }
} finally {
  await embedded?.stop();
  rmSync(dataDir, { recursive: true, force: true });
}

function whole(name: "rounds" | "duration" | "warm-up"): number {
  const given = values[name];
  if (!/^[1-9]\d{0,8}$/.test(given)) refuse(`--${name}: "${given}" is no whole number from 1 on`);
  return Number(given);
}

function refuse(why: string): never {
  console.error(why);
  process.exit(2);
}
