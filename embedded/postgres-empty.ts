/** Makes an empty database in the directory that is its argument, and ends. */
import { PGlite } from "@electric-sql/pglite";

const db = await PGlite.create(String(process.argv[2]));
await db.query("SELECT 1");
await db.close();
