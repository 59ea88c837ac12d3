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

/** What moleculer-db's NeDB and MongoDB adapters both do. */
export interface DocumentAdapter {
  connect(): Promise<void>;
  insertMany(entities: readonly object[]): Promise<object[]>;
  find(filters: { query?: object; limit?: number; offset?: number; sort?: string }): Promise<object[]>;
  findOne(query: object): Promise<object | null>;
  count(filters: { query?: object }): Promise<number>;
}

/** moleculer-db on MongoDB, or on a NeDB file in DATA_DIR when MONGO_URL is not set. */
export const documentStoreMixin = (database: string, collection: string) =>
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
