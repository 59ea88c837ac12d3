import { traceparentColumn } from "../../../mixins/outbox/tables.ts";
import type { Migration } from "./migrate.ts";

export const outboxTraceparent: Migration = {
  name: "003-outbox-traceparent",
  up: async (query) => {
    await query(traceparentColumn);
  },
};
