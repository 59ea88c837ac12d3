import type { DocumentIndex } from "./document-store.ts";

/** As `collection.indexes()` gives them. */
export interface ExistingIndex {
  readonly name: string;
  readonly key: Readonly<Record<string, unknown>>;
  readonly unique?: boolean;
  readonly expireAfterSeconds?: number;
}

interface Plan {
  /** Names of indexes that must go first. */
  readonly drop: readonly string[];
  readonly create: readonly DocumentIndex[];
}

/**
 * What to do so that the collection has the wanted indexes. One with the same fields and another expiry or uniqueness is
 * made anew (MongoDB refuses to change it in place). An expiry that is no longer wanted goes; other indexes, of the original
 * system or of an administrator, are left alone.
 */
export function planIndexes(existing: readonly ExistingIndex[], wanted: readonly DocumentIndex[]): Plan {
  const drop: string[] = [];
  const create: DocumentIndex[] = [];
  for (const index of wanted) {
    const found = existing.find(({ key }) => sameFields(key, index.fields));
    if (found !== undefined && sameOptions(found, index)) continue;
    if (found !== undefined) drop.push(found.name);
    create.push(index);
  }
  for (const { name, key, expireAfterSeconds } of existing) {
    if (expireAfterSeconds !== undefined && !wanted.some(({ fields }) => sameFields(key, fields))) drop.push(name);
  }
  return { drop, create };
}

const sameOptions = (found: ExistingIndex, { unique = false, expireAfterSeconds }: DocumentIndex): boolean =>
  (found.unique ?? false) === unique && found.expireAfterSeconds === expireAfterSeconds;

/** An index's fields have an order. */
const sameFields = (key: ExistingIndex["key"], fields: DocumentIndex["fields"]): boolean =>
  JSON.stringify(Object.entries(key).map(([field, order]) => [field, Number(order)])) ===
  JSON.stringify(Object.entries(fields));
