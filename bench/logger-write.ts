/**
 * What grouping writes into one insert is worth: `node --import tsx bench/logger-write.ts`. Each way runs on a store of its
 * own, on a file and, with MONGO_URL set, on that server. "ungrouped" gives each write an insert of its own, awaited as
 * durable as the grouped one (fsync, or the server's acknowledgement). Absolute figures are this machine's; ratios hold.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Logger } from "moleculer";
import type { DocumentStore } from "../mixins/document-store/document-store.ts";
import { FileStore } from "../mixins/document-store/file-store.ts";
import { MongoStore } from "../mixins/document-store/mongo-store.ts";
import { type LogEntry, sizeOf, toEntry } from "../services/logger/entry.ts";
import { GroupCommit } from "../services/logger/group-commit.ts";
import { indexes as indexesOf } from "../services/logger/indexes.ts";
import { storeBatch, type Written } from "../services/logger/store-batch.ts";

type Write = (entry: LogEntry) => Promise<unknown>;

/** How long each way is measured, ms. */
const DURATION = 3_000;
const logger = { info() {}, warn() {} } as unknown as Logger;
const indexes = indexesOf({ logRetentionDays: 0 });

const ungrouped =
  (store: DocumentStore): Write =>
  (entry) =>
    store.insertEach([entry]);
const grouped = (store: DocumentStore): Write => {
  const commit = new GroupCommit<LogEntry, Written>({ store: (batch) => storeBatch(store, batch), sizeOf });
  return (entry) => commit.write(entry);
};

/** @returns writes a second */
async function measure(write: Write, concurrency: number): Promise<number> {
  const begun = performance.now();
  let count = 0;
  const writer = async () => {
    while (performance.now() - begun < DURATION) {
      count++;
      await write(toEntry({ name: "event", data: "x".repeat(100), event_id: `${concurrency} ${count}` }, "request"));
    }
  };
  await Promise.all(Array.from({ length: concurrency }, writer));
  return (count * 1_000) / (performance.now() - begun);
}

async function compare(name: string, open: () => Promise<{ store: DocumentStore; remove: () => Promise<unknown> }>) {
  const rates: Record<string, number> = {};
  for (const [way, make] of Object.entries({ ungrouped, grouped })) {
    for (const concurrency of [1, 50, 500]) {
      const { store, remove } = await open();
      await store.open();
      rates[`${way}, ${concurrency} at once`] = await measure(make(store), concurrency);
      await remove();
      await store.close();
    }
  }
  const single = rates["ungrouped, 1 at once"] ?? 1;
  console.log(name);
  for (const [way, rate] of Object.entries(rates)) {
    console.log(`  ${way.padEnd(24)} ${rate.toFixed(0).padStart(7)} writes/s  x${(rate / single).toFixed(1)}`);
  }
}

await compare("NeDB on a file, fsync", async () => {
  const directory = await mkdtemp(join(tmpdir(), "sixfold-bench-"));
  const store = new FileStore({ file: join(directory, "logs.nedb"), indexes, logger, onLost: () => undefined });
  return { store, remove: () => rm(directory, { recursive: true }) };
});

const url = process.env.MONGO_URL;
if (url !== undefined) {
  await compare("MONGO_URL", async () => {
    const store = new MongoStore({ url, database: "bench_logs", collection: "logs", indexes, logger });
    return { store, remove: () => store.removeMany({}) };
  });
}
