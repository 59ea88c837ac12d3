import { copyFile, mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import type { Logger } from "moleculer";
import DbService from "moleculer-db";
import { CodedError } from "../../errors/index.ts";
import { packageVersion } from "../../node/package-version.ts";
import { damageOf, dropUnfinishedLine } from "./data-file.ts";
import type {
  DocumentIndex,
  DocumentStore,
  Filters,
  InsertOutcome,
  NewDocument,
  StoredDocument,
} from "./document-store.ts";
import { FileLock } from "./file-lock.ts";

export interface FileStoreOptions {
  readonly file: string;
  readonly indexes: readonly DocumentIndex[];
  readonly logger: Logger;
  /** Told when the file could not be written: the store is to be opened again. */
  readonly onLost: (error: CodedError) => void;
}

/**
 * moleculer-db's NeDB adapter on a file: everything in memory, every change a line at the file's end. What the adapter
 * leaves open is done here: a change is on the disk before it is answered (fsync), a failed write does not leave memory and
 * file apart, a damaged file is not mended away in silence, and two processes do not write one file.
 */
export class FileStore implements DocumentStore {
  readonly kind = "documents";
  readonly adapter: Adapter;
  readonly #options: FileStoreOptions;
  readonly #lock: FileLock;
  #usable = false;
  /** Lines of the file that compacting would take away. */
  #dead = 0;

  constructor(options: FileStoreOptions) {
    this.#options = options;
    this.#lock = new FileLock(options.file);
    const { MemoryAdapter } = DbService as unknown as { MemoryAdapter: new (options: object) => Adapter };
    this.adapter = new MemoryAdapter({ filename: options.file, corruptAlertThreshold: 0 });
  }

  async open(): Promise<void> {
    const { file, indexes, logger } = this.#options;
    this.#usable = false;
    await mkdir(dirname(file), { recursive: true });
    await this.#lock.take();
    await dropUnfinishedLine(file, logger);
    await this.#load();
    const { db } = this.adapter;
    for (const { fields, ...options } of indexes) {
      const [fieldName, ...more] = Object.keys(fields);
      if (fieldName === undefined || more.length > 0) continue;
      // NeDB remembers an index in its file, but not its expiry: what is there already would stay without one.
      if (options.expireAfterSeconds !== undefined) await db.removeIndexAsync(fieldName);
      await db.ensureIndexAsync({ fieldName, ...options });
    }
    this.#usable = true;
  }

  async close(): Promise<void> {
    this.#usable = false;
    await this.adapter.disconnect();
    await this.#lock.release();
  }

  async ping(): Promise<void> {
    this.#requireUsable();
  }

  async version(): Promise<string> {
    return `NeDB ${packageVersion("@seald-io/nedb", import.meta.url) ?? ""}`.trim();
  }

  /** NeDB removes what has expired when it comes upon it. Compacts the file once a quarter of it is of no use. */
  async maintain(): Promise<void> {
    const before = this.adapter.db.getAllData().length;
    const live = await this.count({});
    this.#dead += before - live;
    if (this.#dead === 0 || this.#dead * 4 < live) return;
    await this.#change(() => this.adapter.db.compactDatafileAsync());
    this.#dead = 0;
  }

  insert(document: object): Promise<StoredDocument> {
    return this.#change(() => this.adapter.insert({ ...document }));
  }

  insertMany(documents: readonly object[]): Promise<StoredDocument[]> {
    return this.#change(() => this.adapter.insertMany(documents.map((document) => ({ ...document }))));
  }

  async insertEach(documents: readonly NewDocument[]): Promise<InsertOutcome[]> {
    return this.#change(async () => {
      try {
        await this.adapter.insertMany(documents.map((document) => ({ ...document })));
        return documents.map(() => "stored");
      } catch (error) {
        if (isSystemError(error)) throw error;
        return await this.#insertOneByOne(documents); // NeDB takes all of an array or nothing.
      }
    });
  }

  find(filters: Filters): Promise<StoredDocument[]> {
    return this.#use(() => this.adapter.find(filters));
  }

  findOne(query: object): Promise<StoredDocument | null> {
    return this.#use(() => this.adapter.findOne(query));
  }

  findById(id: string): Promise<StoredDocument | null> {
    return this.#use(() => this.adapter.findById(id));
  }

  findByIds(ids: readonly string[]): Promise<StoredDocument[]> {
    return this.find({ query: { _id: { $in: ids } } });
  }

  count({ query = {} }: Pick<Filters, "query">): Promise<number> {
    return this.#use(() => this.adapter.db.countAsync(query));
  }

  updateById(id: string, update: object): Promise<StoredDocument | null> {
    return this.updateIf(id, {}, update);
  }

  async updateIf(id: string, condition: object, update: object): Promise<StoredDocument | null> {
    const options = { returnUpdatedDocs: true };
    const { affectedDocuments } = await this.#change(() =>
      this.adapter.db.updateAsync({ ...condition, _id: id }, update, options),
    );
    if (!affectedDocuments) return null;
    this.#dead++;
    return affectedDocuments;
  }

  async removeById(id: string): Promise<boolean> {
    return (await this.removeMany({ _id: id })) > 0;
  }

  async removeMany(query: object): Promise<number> {
    const removed = await this.#change(() => this.adapter.removeMany(query));
    this.#dead += removed;
    return removed;
  }

  async #insertOneByOne(documents: readonly NewDocument[]): Promise<InsertOutcome[]> {
    const outcomes: InsertOutcome[] = [];
    for (const document of documents) {
      try {
        await this.adapter.insert({ ...document });
        outcomes.push("stored");
      } catch (error) {
        if (isSystemError(error)) throw error;
        outcomes.push((error as { errorType?: string }).errorType === "uniqueViolated" ? "duplicate" : { error });
      }
    }
    return outcomes;
  }

  /**
   * A few damaged lines do not keep the rest away, and NeDB takes them out of the file: they are kept beside it. Of a file
   * that is more damaged nothing is touched.
   */
  async #load(): Promise<void> {
    const { file, logger } = this.#options;
    try {
      return await this.adapter.connect();
    } catch (error) {
      const damage = damageOf(error);
      if (damage === undefined) throw error;
      const how = `${damage.corruptItems} of the ${damage.dataLength} lines of ${file} cannot be read`;
      if (damage.corruptItems / damage.dataLength > TOLERATED_DAMAGE) {
        throw this.#away(`${how}; restore it from a backup, or move it away to begin anew`, error);
      }
      const copy = `${file}.damaged-${Date.now()}`;
      await copyFile(file, copy);
      logger.warn(`${how}: they are left out, the file as it was is ${copy}`);
    }
    this.adapter.opts.corruptAlertThreshold = TOLERATED_DAMAGE;
    await this.adapter.connect();
    this.adapter.opts.corruptAlertThreshold = 0;
  }

  /** Done when the file is on the disk. */
  #change<T>(work: () => Promise<T>): Promise<T> {
    return this.#use(async () => {
      const result = await work();
      await sync(this.#options.file);
      return result;
    });
  }

  /** When the file fails, NeDB has changed its memory already: it is to be read from the file again. */
  async #use<T>(work: () => Promise<T>): Promise<T> {
    this.#requireUsable();
    try {
      return await work();
    } catch (error) {
      if (!isSystemError(error)) throw error;
      const lost = this.#away((error as Error).message, error);
      if (this.#usable) this.#options.onLost(lost);
      this.#usable = false;
      throw lost;
    }
  }

  #requireUsable(): void {
    if (!this.#usable) throw this.#away("it is not open");
  }

  #away(why: string, cause?: unknown): CodedError {
    return new CodedError("DEPENDENCY_UNAVAILABLE", `the file of the documents cannot be used: ${why}`, { cause });
  }
}

/** The part of the lines that may be damaged. */
const TOLERATED_DAMAGE = 0.1;

/** Flushes what the system holds back. */
async function sync(file: string): Promise<void> {
  const handle = await open(file, "r+");
  try {
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

/** No space left, no permission, input/output error and so on, as Node tells them; also NeDB's own of a failed flush. */
const isSystemError = (error: unknown): boolean =>
  typeof (error as NodeJS.ErrnoException).syscall === "string" || "errorOnFsync" in (error as object);

/** What is used of moleculer-db's adapter and of the NeDB store within. */
interface Adapter {
  readonly opts: { corruptAlertThreshold: number };
  readonly db: {
    getAllData(): readonly unknown[];
    ensureIndexAsync(options: object): Promise<void>;
    removeIndexAsync(fieldName: string): Promise<void>;
    compactDatafileAsync(): Promise<void>;
    countAsync(query: object): Promise<number>;
    updateAsync(
      query: object,
      update: object,
      options: object,
    ): Promise<{ readonly affectedDocuments: StoredDocument | null }>;
  };
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  insert(document: object): Promise<StoredDocument>;
  insertMany(documents: readonly object[]): Promise<StoredDocument[]>;
  find(filters: Filters): Promise<StoredDocument[]>;
  findOne(query: object): Promise<StoredDocument | null>;
  findById(id: string): Promise<StoredDocument | null>;
  removeMany(query: object): Promise<number>;
}
