import type { Config } from "../../config/load.ts";
import type { DocumentIndex } from "../../mixins/document-store/document-store.ts";
import { listIndexes } from "./list.ts";

const DAY = 86_400;

/** Idempotency, retention, and what `list` filters and sorts by. */
export function indexes({ logRetentionDays }: Pick<Config, "logRetentionDays">): readonly DocumentIndex[] {
  const retention = { fields: { created_at: 1 }, expireAfterSeconds: logRetentionDays * DAY } as const;
  return [
    { fields: { event_id: 1 }, unique: true, sparse: true },
    ...(logRetentionDays === 0 ? [] : [retention]),
    ...listIndexes,
  ];
}
