/**
 * `npm run lab`: a run of the lab from the terminal, in the mesh that runs or in one of its own, and the comparison of two
 * reports. Exit codes: 0 complete, 1 failed, 2 wrong arguments or configuration, 130 stopped by Ctrl-C.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ServiceBroker } from "moleculer";
import { ConfigError, type Environment, environment, loadConfig } from "../../../config/load.ts";
import { CodedError } from "../../../errors/index.ts";
import { runningMesh } from "../../../node/running-mesh.ts";
import { joinMesh } from "../driver/member.ts";
import { type Progress, progressEvent, type RunStatus } from "../progress.ts";
import { toCsv } from "../report/csv.ts";
import { toHtml } from "../report/html.ts";
import { toJson } from "../report/json.ts";
import type { Report } from "../results.ts";
import { checked, type Wishes } from "../wishes.ts";
import { type Command, readCommand, UsageError, usage } from "./arguments.ts";
import { comparison, readReport } from "./compare.ts";
import { Live } from "./live.ts";
import { startOwnMesh } from "./own-mesh.ts";
import { Steps } from "./steps.ts";
import { reportText } from "./table.ts";

/** How long the lab of a mesh that was joined may take to be found, ms. */
const PATIENCE = 8_000;
/** How long the lab may take to say how the run goes on, ms. */
const ASK_TIMEOUT = 5_000;

const live = new Live(process.stdout);
let stopped = false;
process.exitCode = await main().catch((error: unknown) => {
  live.clear();
  console.error(error instanceof Error ? error.message : String(error));
  const isTheirs = error instanceof UsageError || error instanceof ConfigError;
  return isTheirs || (error instanceof CodedError && error.type === "VALIDATION_FAILED") ? 2 : 1;
});
process.exit();

async function main(): Promise<number> {
  const command = readCommand(process.argv.slice(2));
  if (command.name === "help") console.log(usage);
  if (command.name === "show") console.log(reportText(await readReport(command.file)));
  if (command.name === "compare") {
    const [before, later] = await Promise.all(command.files.map(readReport));
    if (before !== undefined && later !== undefined) console.log(comparison(before, later));
  }
  return command.name === "run" ? await run(command) : 0;
}

async function run({ wishes, mesh: which, out }: Extract<Command, { name: "run" }>): Promise<number> {
  const given = environment();
  const { operations } = checked(wishes);
  const running = which === undefined ? await runningMesh(given) : undefined;
  const own = which === "join" || running !== undefined ? undefined : await startOwnMesh(given, operations);
  try {
    const report = await runIn({ ...running, ...given, ...own?.environment }, wishes);
    const files = await write(report, out ?? join(loadConfig(given, []).dataDir, "lab"));
    console.log(reportText(report));
    console.log(`\n${files.join("\n")}`);
    return report.state === "complete" ? 0 : stopped ? 130 : 1;
  } finally {
    await own?.stop();
  }
}

/** @throws CodedError what the lab refuses; Error when there is no mesh, no lab in it, or nothing was measured */
async function runIn(variables: Environment, wishes: Wishes): Promise<Report> {
  const steps = new Steps({
    show: (step, status) => stopped || live.show(step, status),
    ask: async () => await (await joined).call<RunStatus | null, object>("lab.status", {}, { timeout: ASK_TIMEOUT }),
  });
  const joined = joinMesh(loadConfig({ LOG_LEVEL: "fatal", ...variables }, ["lab"]), "lab-cli", {
    name: "lab-cli",
    events: { [progressEvent]: ({ params }: { params: Progress }) => steps.take(params) },
  });
  const broker = await joined;
  const missing = "The mesh has no lab node: start one (npm run node -- lab), or use --own.";
  const late = setTimeout(() => steps.fail(missing), PATIENCE);
  try {
    await Promise.race([broker.waitForServices(["lab"]), steps.over]);
    clearTimeout(late);
    const { id } = await broker.call<{ id: string }, Wishes>("lab.run", wishes);
    steps.follow(id);
    process.on("SIGINT", () => stop(broker));
    process.on("SIGTERM", () => stop(broker));
    const { reported, reason } = await steps.over;
    if (!reported) throw new Error(`Nothing was measured: ${reason ?? "no contender could be"}.`);
    return await broker.call<Report, object>("lab.report", { id });
  } finally {
    await broker.stop();
  }
}

/** The first time in order, so that what was measured is kept; the second time at once. */
function stop(broker: ServiceBroker): void {
  if (stopped) process.exit(130);
  stopped = true;
  live.clear();
  console.log("Stopping...");
  broker.call("lab.stop").catch((error: Error) => console.error(error.message));
}

/** @returns the files */
async function write(report: Report, directory: string): Promise<string[]> {
  await mkdir(directory, { recursive: true });
  const contents = { json: toJson(report), csv: toCsv(report), html: toHtml(report) };
  const files = Object.entries(contents).map(([extension, text]) => ({
    file: join(directory, `${report.id}.${extension}`),
    text,
  }));
  await Promise.all(files.map(({ file, text }) => writeFile(file, text)));
  return files.map(({ file }) => file);
}
