import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CodedError } from "../../errors/index.ts";
import { toJson } from "./report/json.ts";
import type { Report, ReportEntry } from "./results.ts";

/** Such as `2026-11-26-104231-3f2a`: in the order of time, and safe as the name of a file. */
export const idPattern = /^\d{4}-\d{2}-\d{2}-\d{6}-[0-9a-f]{4}$/;

export const newReportId = (now = new Date(), unique = Math.floor(Math.random() * 0x10000)): string =>
  `${now.toISOString().slice(0, 19).replace("T", "-").replaceAll(":", "")}-${unique.toString(16).padStart(4, "0")}`;

/** The reports of the last runs, a JSON file each. */
export class Reports {
  readonly #directory: string;
  readonly #limit: number;

  /** @param limit how many are kept */
  constructor(directory: string, limit: number) {
    this.#directory = directory;
    this.#limit = limit;
  }

  async keep(report: Report): Promise<void> {
    await mkdir(this.#directory, { recursive: true });
    const file = this.#file(report.id);
    await writeFile(`${file}.new`, toJson(report));
    await rename(`${file}.new`, file);
    for (const old of (await this.#ids()).slice(this.#limit)) await rm(this.#file(old), { force: true });
  }

  /** The newest first. */
  async list(): Promise<ReportEntry[]> {
    const entries = await Promise.all((await this.#ids()).map((id) => this.#entry(id)));
    return entries.flatMap((entry) => entry ?? []);
  }

  /** @throws CodedError NOT_FOUND */
  async get(id: string): Promise<Report> {
    const found = idPattern.test(id) ? await this.#read(id) : undefined;
    if (found === undefined) throw new CodedError("NOT_FOUND", `there is no report ${id}`);
    return found;
  }

  async #ids(): Promise<string[]> {
    const names = await readdir(this.#directory).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return [];
      throw error;
    });
    const ids = names.filter((name) => name.endsWith(".json")).map((name) => name.slice(0, -".json".length));
    return ids
      .filter((id) => idPattern.test(id))
      .sort()
      .reverse();
  }

  async #entry(id: string): Promise<ReportEntry | undefined> {
    const [report, file] = await Promise.all([this.#read(id), stat(this.#file(id)).catch(() => undefined)]);
    if (report === undefined || file === undefined) return undefined;
    const { began, state, settings } = report;
    return { id, began, state, operations: settings.operations, contenders: settings.contenders, size: file.size };
  }

  /** One that is gone meanwhile, or that nobody can read, is not there. */
  async #read(id: string): Promise<Report | undefined> {
    try {
      return JSON.parse(await readFile(this.#file(id), "utf8")) as Report;
    } catch {
      return undefined;
    }
  }

  #file(id: string): string {
    return join(this.#directory, `${id}.json`);
  }
}
