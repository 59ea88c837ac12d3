import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { ServiceSchema } from "moleculer";
import DbService from "moleculer-db";
import MongoAdapter from "moleculer-db-adapter-mongo";
import { CodedError } from "../errors/index.ts";
import { nodeOf } from "../node/node-context.ts";
import { defineMixin } from "./define.ts";
import { keepTrying } from "./keep-trying.ts";
import { noDefaultActions } from "./no-default-actions.ts";

export interface WithDocuments {
  documents: DocumentAdapter;
  /** @throws CodedError DEPENDENCY_UNAVAILABLE until the store was opened */
  requireDocuments(): void;
}

/** An object as it is stored; `_id` is a string in a file and an ObjectID in MongoDB (`String(_id)` is the same text). */
export type StoredDocument = Record<string, unknown> & { readonly _id: unknown };

/** What moleculer-db's NeDB and MongoDB adapters both do. Ids are text; one that does not exist gives null. */
export interface DocumentAdapter {
  connect(): Promise<void>;
  insert(entity: object): Promise<StoredDocument>;
  insertMany(entities: readonly object[]): Promise<StoredDocument[]>;
  /** @param filters `sort` names fields, a leading "-" is descending */
  find(filters: Filters): Promise<StoredDocument[]>;
  findOne(query: object): Promise<StoredDocument | null>;
  findById(id: string): Promise<StoredDocument | null>;
  count(filters: Pick<Filters, "query">): Promise<number>;
  /** @param update such as `{ $set: { name: "x" } }` @returns the document as it is then, null when there is none */
  updateById(id: string, update: object): Promise<StoredDocument | null>;
  /** @returns how many were removed */
  removeMany(query: object): Promise<number>;
}

export interface Filters {
  readonly query?: object;
  readonly limit?: number;
  readonly offset?: number;
  readonly sort?: readonly string[];
}

export interface DocumentStoreOptions {
  /** MongoDB's database; without MONGO_URL the file is DATA_DIR/database.nedb. */
  readonly database: string;
  readonly collection: string;
}

/** moleculer-db on MongoDB, or on a NeDB file in DATA_DIR when MONGO_URL is not set. */
export const documentStoreMixin = ({ database, collection }: DocumentStoreOptions) =>
  defineMixin<WithDocuments>({
    mixins: [DbService as Partial<ServiceSchema>],
    actions: noDefaultActions,
    merged(schema) {
      const { mongoUrl, dataDir } = nodeOf(this.broker).config;
      this.documents = mongoUrl === undefined ? onFile(dataDir, database) : onMongo(mongoUrl, database);
      Object.assign(schema, { adapter: this.documents, collection });
    },
    created() {
      const { health, lifecycle } = nodeOf(this.broker);
      const stop = new AbortController();
      let state = "not opened yet";
      this.requireDocuments = () => {
        if (state !== "") throw new CodedError("DEPENDENCY_UNAVAILABLE", `the document store is away: ${state}`);
      };
      health.add("documents", () => this.requireDocuments());
      lifecycle.onOpen(() => {
        void keepTrying({
          attempt: async () => {
            await this.documents.connect();
            state = "";
          },
          onFailure: (error, next) => {
            state = error instanceof Error ? error.message : String(error);
            this.logger.warn(`Document store: ${state}; trying again in ${next} ms`);
          },
          signal: stop.signal,
        });
      });
      lifecycle.onDrain(() => stop.abort());
    },
    methods: {
      connect: () => Promise.resolve(),
    },
  });

function onFile(dataDir: string, database: string): DocumentAdapter {
  mkdirSync(dataDir, { recursive: true });
  const { MemoryAdapter } = DbService as unknown as { MemoryAdapter: new (options: object) => DocumentAdapter };
  return new MemoryAdapter({ filename: join(dataDir, `${database}.nedb`) });
}

function onMongo(url: string, database: string): DocumentAdapter {
  const options = { useUnifiedTopology: true, serverSelectionTimeoutMS: 3_000 };
  return new MongoAdapter(url, options, new URL(url).pathname.slice(1) || database) as unknown as DocumentAdapter;
}
