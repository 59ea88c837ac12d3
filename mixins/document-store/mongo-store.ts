import type { Logger } from "moleculer";
import MongoAdapter from "moleculer-db-adapter-mongo";
import type {
  DocumentIndex,
  DocumentStore,
  Filters,
  InsertOutcome,
  NewDocument,
  StoredDocument,
} from "./document-store.ts";
import { fromMongo, isDuplicate, isNotImplemented } from "./mongo-errors.ts";
import { type ExistingIndex, planIndexes } from "./mongo-indexes.ts";

export interface MongoStoreOptions {
  readonly url: string;
  readonly database: string;
  readonly collection: string;
  readonly indexes: readonly DocumentIndex[];
  readonly logger: Logger;
}

/** How long one search or count may take on the server, ms. */
const MAX_TIME = 4_000;

const clientOptions = {
  useUnifiedTopology: true,
  useNewUrlParser: true,
  appname: "sixfold",
  // An operation waits so long for a server to be there; less than a caller waits, ms.
  serverSelectionTimeoutMS: 2_000,
  connectTimeoutMS: 2_000,
  heartbeatFrequencyMS: 2_000,
  // A connection that went silent in the midst of an operation is given up, ms.
  socketTimeoutMS: 15_000,
  poolSize: 10,
  // Without it an absent field is stored as null, and a sparse unique index has those once only.
  ignoreUndefined: true,
  // "Stored" means that a change of the primary does not undo it.
  writeConcern: { w: "majority" },
} as const;

/** moleculer-db's MongoDB adapter (driver 3.7, which connects again by itself), with bounded times and coded errors. */
export class MongoStore implements DocumentStore {
  readonly kind = "mongodb";
  readonly adapter: MongoAdapter;
  readonly #options: MongoStoreOptions;
  /** Expiries that the server cannot do. */
  #expireHere: readonly DocumentIndex[] = [];

  constructor(options: MongoStoreOptions) {
    this.#options = options;
    this.adapter = new MongoAdapter(options.url, clientOptions, options.database);
    // moleculer-db does it again with the whole service, of which the adapter uses this much.
    this.#driver.init(undefined, { schema: { collection: options.collection }, logger: options.logger });
  }

  async open(): Promise<void> {
    const { adapter } = this;
    await this.close(); // What a failed attempt left.
    await this.#run(() => adapter.connect());
    this.#watch();
    await this.#run(() => this.#bringIndexesUpToDate());
  }

  async close(): Promise<void> {
    const { client } = this.#driver;
    await client?.close(true);
  }

  async ping(): Promise<void> {
    await this.#run(() => this.#driver.db.command({ ping: 1 }));
  }

  /** A FerretDB tells which MongoDB it takes after, and its own version beside that. */
  async version(): Promise<string> {
    const told = await this.#run(() => this.#driver.db.command({ buildInfo: 1 }));
    const { version, ferretdbVersion, ferretdb } = told as BuildInfo;
    const own = ferretdbVersion ?? ferretdb?.version;
    return own === undefined ? `MongoDB ${version}` : `FerretDB ${own.replace(/^v/, "")}`;
  }

  async maintain(): Promise<void> {
    for (const { fields, expireAfterSeconds = 0 } of this.#expireHere) {
      const before = new Date(Date.now() - expireAfterSeconds * 1000);
      await this.removeMany(Object.fromEntries(Object.keys(fields).map((field) => [field, { $lt: before }])));
    }
  }

  insert(document: object): Promise<StoredDocument> {
    return this.#run(() => this.#driver.insert(this.#toMongo(document)));
  }

  insertMany(documents: readonly object[]): Promise<StoredDocument[]> {
    return this.#run(() => this.#driver.insertMany(documents.map((document) => this.#toMongo(document))));
  }

  insertEach(documents: readonly NewDocument[]): Promise<InsertOutcome[]> {
    return this.#run(async () => {
      const outcomes: InsertOutcome[] = documents.map(() => "stored");
      try {
        await this.#collection.insertMany(
          documents.map((document) => this.#toMongo(document)),
          { ordered: false },
        );
      } catch (error) {
        for (const failed of writeErrorsOf(error)) {
          outcomes[failed.index] = isDuplicate(failed) ? "duplicate" : { error: failed };
        }
      }
      return outcomes;
    });
  }

  find({ query = {}, limit = 0, offset = 0, sort = [] }: Filters): Promise<StoredDocument[]> {
    const order = this.#driver.transformSort([...sort]);
    return this.#run(() =>
      this.#collection
        .find(query, { sort: order, skip: offset, limit, maxTimeMS: MAX_TIME, allowDiskUse: true })
        .toArray(),
    );
  }

  findOne(query: object): Promise<StoredDocument | null> {
    return this.#run(() => this.#collection.findOne(query, { maxTimeMS: MAX_TIME }));
  }

  findById(id: string): Promise<StoredDocument | null> {
    return this.findOne({ _id: this.#toId(id) });
  }

  findByIds(ids: readonly string[]): Promise<StoredDocument[]> {
    return this.find({ query: { _id: { $in: ids.map((id) => this.#toId(id)) } } });
  }

  count({ query = {} }: Pick<Filters, "query">): Promise<number> {
    return this.#run(() => this.#collection.countDocuments(query, { maxTimeMS: MAX_TIME }));
  }

  updateById(id: string, update: object): Promise<StoredDocument | null> {
    return this.updateIf(id, {}, update);
  }

  updateIf(id: string, condition: object, update: object): Promise<StoredDocument | null> {
    return this.#run(async () => {
      const query = { ...condition, _id: this.#toId(id) };
      return (await this.#collection.findOneAndUpdate(query, update, { returnDocument: "after" })).value;
    });
  }

  async removeById(id: string): Promise<boolean> {
    return (await this.removeMany({ _id: this.#toId(id) })) > 0;
  }

  removeMany(query: object): Promise<number> {
    return this.#run(() => this.adapter.removeMany(query));
  }

  get #driver(): Driver {
    return this.adapter as unknown as Driver;
  }

  get #collection(): Collection {
    return this.#driver.collection;
  }

  async #run<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw fromMongo(error);
    }
  }

  #toMongo(document: object): object {
    const { _id } = document as { _id?: unknown };
    return typeof _id === "string" ? { ...document, _id: this.#toId(_id) } : { ...document };
  }

  /** Text that is no ObjectID's stays text, and finds what has such an id. */
  #toId(id: string): object | string {
    return this.#driver.stringToObjectID(id);
  }

  async #bringIndexesUpToDate(): Promise<void> {
    const collection = this.#collection;
    // Replicas that start together change the same indexes: what is gone or there already is as it should be.
    const existing = await collection.indexes().catch((error: { code?: number }) => {
      if (error.code === NAMESPACE_NOT_FOUND) return [];
      throw error;
    });
    const { drop, create } = planIndexes(existing, this.#options.indexes);
    for (const name of drop) {
      await collection.dropIndex(name).catch((error: { code?: number }) => {
        if (error.code !== INDEX_NOT_FOUND) throw error;
      });
    }
    const notHere: DocumentIndex[] = [];
    for (const index of create) {
      const { fields, ...options } = index;
      await collection.createIndex(fields, options).catch((error: unknown) => {
        if (index.expireAfterSeconds === undefined || !isNotImplemented(error)) throw error;
        notHere.push(index);
      });
    }
    if (notHere.length > 0)
      this.#options.logger.warn("This server has no TTL indexes: what expires is removed from here");
    this.#expireHere = notHere;
  }

  /** The driver mends the connection without a word. */
  #watch(): void {
    const { logger } = this.#options;
    this.#driver.client?.on("serverDescriptionChanged", ({ address, previousDescription, newDescription }) => {
      if (previousDescription.type === newDescription.type) return;
      if (newDescription.type !== "Unknown") logger.info(`MongoDB at ${address} is there`);
      else logger.warn(`MongoDB at ${address} is away: ${newDescription.error?.message ?? "it left"}`);
    });
  }
}

const INDEX_NOT_FOUND = 27;
const NAMESPACE_NOT_FOUND = 26;

interface WriteError {
  readonly index: number;
  readonly code?: number;
  readonly errmsg?: string;
}

/** @throws the error itself when it is not about single documents, or also about something else */
function writeErrorsOf(error: unknown): readonly WriteError[] {
  const {
    name,
    writeErrors = [],
    result,
  } = error as {
    name?: string;
    writeErrors?: WriteError | readonly WriteError[];
    result?: { getWriteConcernError?(): unknown };
  };
  const each = [writeErrors].flat() as readonly WriteError[];
  if (name !== "BulkWriteError" || each.length === 0 || result?.getWriteConcernError?.()) throw error;
  return each;
}

interface BuildInfo {
  readonly version: string;
  /** Of FerretDB 1. */
  readonly ferretdbVersion?: string;
  /** Of FerretDB 2. */
  readonly ferretdb?: { readonly version: string };
}

/** What is used of driver 3.7, which has no types of its own. */
interface Collection {
  insertMany(documents: readonly object[], options: object): Promise<unknown>;
  find(query: object, options: object): { toArray(): Promise<StoredDocument[]> };
  findOne(query: object, options: object): Promise<StoredDocument | null>;
  countDocuments(query: object, options: object): Promise<number>;
  findOneAndUpdate(query: object, update: object, options: object): Promise<{ value: StoredDocument | null }>;
  indexes(): Promise<ExistingIndex[]>;
  createIndex(fields: object, options: object): Promise<string>;
  dropIndex(name: string): Promise<unknown>;
}

interface ServerDescription {
  readonly type: string;
  readonly error?: Error;
}

/** The adapter, with what its types leave out. */
interface Driver {
  init(broker: undefined, service: { schema: { collection: string }; logger: Logger }): void;
  insert(document: object): Promise<StoredDocument>;
  insertMany(documents: readonly object[]): Promise<StoredDocument[]>;
  transformSort(fields: readonly string[]): object;
  stringToObjectID(id: string): object | string;
  readonly collection: Collection;
  readonly db: { command(command: object): Promise<unknown> };
  readonly client?: {
    close(force: boolean): Promise<void>;
    on(
      event: "serverDescriptionChanged",
      listener: (change: {
        address: string;
        previousDescription: ServerDescription;
        newDescription: ServerDescription;
      }) => void,
    ): void;
  };
}
