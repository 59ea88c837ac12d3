import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

export interface CaughtMail {
  readonly id: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly receivedAt: string;
}

/** Mails kept; the oldest go first. */
export const MAX_MAILS = 200;

/** Caught mail as one JSON file each, in the order it came. */
export class Mailbox {
  readonly #dir: string;
  #sequence = 0;

  private constructor(dir: string) {
    this.#dir = dir;
  }

  static async open(dir: string): Promise<Mailbox> {
    await mkdir(dir, { recursive: true });
    return new Mailbox(dir);
  }

  async add(mail: Omit<CaughtMail, "id" | "receivedAt">): Promise<void> {
    const receivedAt = new Date();
    const id = `${receivedAt.getTime()}-${String(this.#sequence++ % 10_000).padStart(4, "0")}`;
    const stored: CaughtMail = { id, receivedAt: receivedAt.toISOString(), ...mail };
    await writeFile(join(this.#dir, `${id}.json`), JSON.stringify(stored));
    const files = await this.#files();
    for (const file of files.slice(MAX_MAILS)) await rm(join(this.#dir, file), { force: true });
  }

  /** Newest first. */
  async list(): Promise<CaughtMail[]> {
    const files = await this.#files();
    return Promise.all(
      files.map(async (file) => JSON.parse(await readFile(join(this.#dir, file), "utf8")) as CaughtMail),
    );
  }

  async #files(): Promise<string[]> {
    return (await readdir(this.#dir))
      .filter((file) => file.endsWith(".json"))
      .sort()
      .reverse();
  }
}
