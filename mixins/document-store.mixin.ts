import { join } from "node:path";
import type { Logger, ServiceSchema } from "moleculer";
import DbService from "moleculer-db";
import type { Config } from "../config/load.ts";
import { CodedError, toCodedError } from "../errors/index.ts";
import { nodeOf } from "../node/node-context.ts";
import { defineMixin } from "./define.ts";
import type { DocumentIndex, DocumentStore } from "./document-store/document-store.ts";
import { FileStore } from "./document-store/file-store.ts";
import { MongoStore } from "./document-store/mongo-store.ts";
import { keepTrying } from "./keep-trying.ts";
import { noDefaultActions } from "./no-default-actions.ts";

export interface WithDocuments {
  documents: DocumentStore;
  /** @throws CodedError DEPENDENCY_UNAVAILABLE while the store is not open */
  requireDocuments(): void;
}

export interface DocumentStoreOptions {
  /** MongoDB's database (MONGO_DATABASE_PREFIX goes before it); without MONGO_URL the file is DATA_DIR/database.nedb. */
  readonly database: string;
  readonly collection: string;
  /** The indexes beside the id's. */
  readonly indexes?: (config: Config) => readonly DocumentIndex[];
}

/** How often a store removes what expired and compacts its file, where it must do that itself, ms. */
const MAINTENANCE_INTERVAL = 600_000;

/**
 * moleculer-db on MongoDB, or on a NeDB file in DATA_DIR when MONGO_URL is not set. MongoDB is tried for in the background
 * until it is there; a file that cannot be opened ends the node with the reason.
 */
export const documentStoreMixin = (options: DocumentStoreOptions) =>
  defineMixin<WithDocuments & Opening>({
    mixins: [DbService as Partial<ServiceSchema>],
    actions: noDefaultActions,
    merged(schema) {
      this.reopenDocuments = () => undefined;
      const logger = this.broker.getLogger("documents");
      const store = makeStore(nodeOf(this.broker).config, options, logger, () => this.reopenDocuments());
      this.documents = store;
      Object.assign(schema, { adapter: store.adapter, collection: options.collection });
    },
    created() {
      const { documents, logger } = this;
      const { databases, health, lifecycle } = nodeOf(this.broker);
      const stop = new AbortController();
      let state = "it was not reached yet";
      const maintain = () => {
        if (state !== "") return;
        documents.maintain().catch((error: unknown) => logger.warn(`Document store: ${reason(error)}`));
      };
      const open = async () => {
        await documents.open();
        state = "";
        maintain();
      };
      const openInTheEnd = () =>
        keepTrying({
          attempt: open,
          onFailure: (error, next) => {
            state = reason(error);
            logger.warn(`Document store: ${state}; trying again in ${next} ms`);
          },
          signal: stop.signal,
        });
      this.reopenDocuments = () => void openInTheEnd();
      this.requireDocuments = () => {
        if (state !== "") throw new CodedError("DEPENDENCY_UNAVAILABLE", `the document store is away: ${state}`);
      };
      health.add(documents.kind, async () => {
        this.requireDocuments();
        await documents.ping();
      });
      databases.push(() => documents.version());
      const maintenance = setInterval(maintain, MAINTENANCE_INTERVAL);
      maintenance.unref();
      let reached = Promise.resolve();
      lifecycle.onOpen(async () => {
        if (documents.kind === "mongodb") reached = openInTheEnd();
        else await open();
      });
      lifecycle.onReach(() => reached);
      lifecycle.onDrain(() => stop.abort());
      lifecycle.onClose(() => {
        clearInterval(maintenance);
        return documents.close();
      });
    },
    methods: {
      // moleculer-db would hold the service back until it is connected, and let go of the store before the node has.
      connect: () => Promise.resolve(),
      disconnect: () => Promise.resolve(),
    },
  });

interface Opening {
  /** Set when the service is made; the store is made before. */
  reopenDocuments(): void;
}

function makeStore(
  config: Config,
  { database, collection, indexes: wanted }: DocumentStoreOptions,
  logger: Logger,
  onLost: () => void,
): FileStore | MongoStore {
  const { mongoUrl, mongoDatabasePrefix, dataDir } = config;
  const indexes = wanted?.(config) ?? [];
  if (mongoUrl === undefined)
    return new FileStore({ file: join(dataDir, `${database}.nedb`), indexes, logger, onLost });
  return new MongoStore({ url: mongoUrl, database: mongoDatabasePrefix + database, collection, indexes, logger });
}

/** What a person reads: the coded error's message, or the foreign one's first line. */
const reason = (error: unknown): string => {
  const { type, message } = toCodedError(error);
  return type === "INTERNAL" && error instanceof Error ? (error.message.split("\n")[0] ?? "") : message;
};
