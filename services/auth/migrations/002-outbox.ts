import { outboxTables } from "../../../mixins/outbox/tables.ts";
import type { Migration } from "./migrate.ts";

export const outbox: Migration = {
  name: "002-outbox",
  up: async (query) => {
    for (const statement of outboxTables) await query(statement);
  },
};
