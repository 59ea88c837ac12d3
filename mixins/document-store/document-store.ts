/** An object as it is stored; `_id` is a string in a file and an ObjectID in MongoDB (`String(_id)` is the same text). */
export type StoredDocument = Record<string, unknown> & { readonly _id: unknown };

export interface Filters {
  readonly query?: object;
  readonly limit?: number;
  readonly offset?: number;
  /** Fields; a leading "-" is descending. */
  readonly sort?: readonly string[];
}

export interface DocumentIndex {
  /** In the index's order. A file has indexes of one field only: one of several is left out there, and its query scans. */
  readonly fields: Readonly<Record<string, 1 | -1>>;
  readonly unique?: boolean;
  /** Documents without the field are not in the index, so `unique` lets any number of them be. */
  readonly sparse?: boolean;
  /** A document is removed so long after the date in the index's one field. Changing it re-makes the index. */
  readonly expireAfterSeconds?: number;
}

/** What became of one document of `insertEach`: `duplicate` when a unique index (or `_id`) has it already. */
export type InsertOutcome = "stored" | "duplicate" | { readonly error: unknown };

/**
 * Documents in MongoDB or in a file, as moleculer-db's adapters keep them. Ids are text; one that does not exist gives null.
 * Every operation throws CodedError DEPENDENCY_UNAVAILABLE when the store is away and TIMEOUT when it took too long; both
 * may be tried again.
 */
export interface DocumentStore {
  /** How the health check is called. */
  readonly kind: "mongodb" | "documents";
  /** Connects and brings the indexes up to date. */
  open(): Promise<void>;
  close(): Promise<void>;
  /** Asks the server itself. */
  ping(): Promise<void>;
  /** Its name and version, such as `MongoDB 8.0.4`. */
  version(): Promise<string>;
  /** What a store must do now and then by itself, such as removing what expired. */
  maintain(): Promise<void>;

  insert(document: object): Promise<StoredDocument>;
  insertMany(documents: readonly object[]): Promise<StoredDocument[]>;
  /** Stores all it can, in one go: one that fails does not keep the others out. @returns one outcome a document */
  insertEach(documents: readonly NewDocument[]): Promise<InsertOutcome[]>;
  find(filters: Filters): Promise<StoredDocument[]>;
  findOne(query: object): Promise<StoredDocument | null>;
  findById(id: string): Promise<StoredDocument | null>;
  findByIds(ids: readonly string[]): Promise<StoredDocument[]>;
  count(filters: Pick<Filters, "query">): Promise<number>;
  /** @param update such as `{ $set: { name: "x" } }` @returns the document as it is then */
  updateById(id: string, update: object): Promise<StoredDocument | null>;
  /** The same where `condition` holds as well, in one step: of several who try, one gets the document. @returns null else */
  updateIf(id: string, condition: object, update: object): Promise<StoredDocument | null>;
  removeById(id: string): Promise<boolean>;
  /** @returns how many were removed */
  removeMany(query: object): Promise<number>;
}

/** With an id of `newDocumentId()`: inserting it once more after a lost answer is recognised. */
export type NewDocument = Record<string, unknown> & { readonly _id: string };
