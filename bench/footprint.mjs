// `node bench/footprint.mjs`: what a second `npm start` takes, in a directory and on ports of its own (Linux only):
// ms to the first answered POST /handle, and the memory of all its processes, npm's included, after REST ms at rest.
// RSS counts what processes share (Node's own code, mostly) once for each of them; PSS shares it out, so its sum is what they hold.
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { portOr } from "../embedded/free-port.ts";

const REST = Number(process.env.REST ?? 15_000);
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dataDir = mkdtempSync(join(tmpdir(), "footprint-"));
const names = ["FRONTEND", "GATEWAY", "AUTH", "LOGGER", "MAILER", "LISTENER", "LAB"];
const protocols = ["AUTH", "LOGGER", "MAILER", "LAB"].flatMap((name) => [`${name}_JSON_RPC`, `${name}_GRPC`]);
const ports = Object.fromEntries(
  await Promise.all(
    [...names, ...protocols].map(async (name) => [`${name}_PORT`, String(await portOr(0, "127.0.0.1"))]),
  ),
);

try {
  const first = await start();
  await first.stop();
  const second = await start();
  await delay(REST);
  report(second, processesOf(second.pid));
  await second.stop();
} finally {
  rmSync(dataDir, { recursive: true, force: true });
}

async function start() {
  const began = performance.now();
  const npm = spawn("npm", ["start"], {
    cwd: root,
    env: { ...process.env, ...ports, DATA_DIR: dataDir },
    stdio: "ignore",
  });
  const ended = new Promise((resolve) => npm.once("exit", resolve));
  const elapsed = () => Math.round(performance.now() - began);
  while (!(await answers(`http://127.0.0.1:${ports.GATEWAY_PORT}/handle`))) {
    if (npm.exitCode !== null || elapsed() > 120_000) throw new Error(`npm start: not up after ${elapsed()} ms`);
    await delay(20);
  }
  const ms = elapsed();
  return {
    ms,
    pid: npm.pid,
    async stop() {
      const processes = processesOf(npm.pid);
      npm.kill("SIGTERM");
      await ended;
      while (processes.some(({ pid }) => isAlive(pid))) await delay(50);
    },
  };
}

async function answers(url) {
  try {
    const body = JSON.stringify({ action: "log", log: { name: "footprint", data: "started" } });
    const headers = { "Content-Type": "application/json" };
    const response = await fetch(url, { method: "POST", headers, body, signal: AbortSignal.timeout(5_000) });
    await response.arrayBuffer();
    return response.status === 202;
  } catch {
    return false;
  }
}

function report({ ms }, processes) {
  const megabytes = (kilobytes) => (kilobytes / 1024).toFixed(0).padStart(6);
  const sum = (key) => processes.reduce((total, one) => total + one[key], 0);
  console.log(`   PSS    RSS  MB, ${REST / 1000} s after the first answer`);
  for (const { pss, rss, name } of processes) console.log(`${megabytes(pss)} ${megabytes(rss)}  ${name}`);
  console.log(`${megabytes(sum("pss"))} ${megabytes(sum("rss"))}  all ${processes.length} processes`);
  console.log(`${String(ms).padStart(6)} ms  from npm start to the first answered POST /handle`);
}

/** A process and all below it. */
function processesOf(pid) {
  const parents = new Map();
  for (const entry of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const parent = parentOf(entry);
    if (parent !== undefined) parents.set(Number(entry), parent);
  }
  const family = [pid];
  for (const one of family) for (const [child, parent] of parents) if (parent === one) family.push(child);
  return family.map(measure);
}

function parentOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return undefined; // It ended meanwhile.
  }
}

function measure(pid) {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  const kilobytes = (key) => Number(new RegExp(`^${key}: +(\\d+)`, "m").exec(rollup)[1]);
  const words = readFileSync(`/proc/${pid}/cmdline`, "utf8")
    .split("\0")
    .filter((word) => word && !word.startsWith("--"));
  const name = words
    .map((word) => word.replace(/^.*\//, ""))
    .slice(0, 4)
    .join(" ");
  return { pid, name, pss: kilobytes("Pss"), rss: kilobytes("Rss") };
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
