import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";
import { portOr } from "./free-port.ts";
import type { StandIn } from "./stand-in.ts";

/** Postgres' wire protocol over PGlite, on disk. */
export async function startPostgres(dataDir: string, host: string): Promise<StandIn> {
  mkdirSync(dataDir, { recursive: true });
  const db = await PGlite.create(join(dataDir, "postgres"));
  const port = await portOr(5432, host);
  const server = new PGLiteSocketServer({ db, port, host, maxConnections: 20 });
  await server.start();
  return {
    name: "Postgres (PGlite)",
    url: `postgres://${host}:${port}/postgres`,
    environment: { DSN: `host=${host} port=${port} user=postgres password=postgres dbname=postgres sslmode=disable` },
    async stop() {
      await server.stop();
      await db.close();
    },
  };
}
