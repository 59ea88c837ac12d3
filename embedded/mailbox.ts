import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

export interface CaughtMail {
  readonly id: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** The same for a mail that was sent twice. */
  readonly messageId: string;
  /** What came with it; the contents are not kept. */
  readonly attachments: readonly { readonly filename: string; readonly mimeType: string; readonly size: number }[];
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
    const file = join(this.#dir, `${id}.json`);
    await writeFile(`${file}.part`, JSON.stringify(stored));
    await rename(`${file}.part`, file); // Who lists meanwhile sees the whole of it or nothing.
    const files = await this.#files();
    for (const old of files.slice(MAX_MAILS)) await rm(join(this.#dir, old), { force: true });
  }

  /** Newest first. */
  async list(): Promise<CaughtMail[]> {
    const mails = await Promise.all((await this.#files()).map((file) => this.#read(file)));
    return mails.filter((mail) => mail !== undefined);
  }

  async get(id: string): Promise<CaughtMail | undefined> {
    return /^\d+-\d+$/.test(id) ? this.#read(`${id}.json`) : undefined;
  }

  /** One that has just become the oldest of too many is gone. */
  async #read(file: string): Promise<CaughtMail | undefined> {
    try {
      return JSON.parse(await readFile(join(this.#dir, file), "utf8")) as CaughtMail;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }

  async #files(): Promise<string[]> {
    return (await readdir(this.#dir))
      .filter((file) => file.endsWith(".json"))
      .sort()
      .reverse();
  }
}
