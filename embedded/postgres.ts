import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { cp, mkdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { PGlite } from "@electric-sql/pglite";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";
import type { Place, Running } from "./stand-in.ts";

/** Connections at once; they take turns, as PGlite has one session. */
const MAX_CONNECTIONS = 20;

/** PGlite would take 128 MB for buffers; a laptop's users table needs little. */
const startParams = [...PGlite.defaultStartParams, "-c", "shared_buffers=8MB"];

/** Postgres' wire protocol over PGlite, on disk. @throws Error that names the directory when it cannot be read */
export async function startPostgres({ dataDir, host, ports: [port] }: Place): Promise<Running> {
  const dir = join(dataDir, "postgres");
  if (!existsSync(dir)) await initialise(dir);
  const db = await open(dir);
  const server = new PGLiteSocketServer({ db, port, host, maxConnections: MAX_CONNECTIONS });
  await server.start();
  return {
    async stop() {
      await server.stop();
      await db.close();
    },
  };
}

async function open(dir: string): Promise<PGlite> {
  try {
    const db = await PGlite.create({ dataDir: dir, startParams });
    await db.query("SELECT 1");
    return db;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`the database in ${dir} cannot be read (${why})`, { cause });
  }
}

/**
 * An empty database takes seconds to make and leaves 300 MB in the process that made it: it is made once for each version of
 * PGlite, by a process of its own, kept beside the installed packages, and copied.
 */
async function initialise(dir: string): Promise<void> {
  const part = `${dir}.${process.pid}`;
  await mkdir(dirname(dir), { recursive: true });
  await rm(part, { recursive: true, force: true });
  await cp(await emptyDatabase(), part, { recursive: true });
  await rename(part, dir);
}

async function emptyDatabase(): Promise<string> {
  const pglite = join(fileURLToPath(import.meta.resolve("@electric-sql/pglite")), "..", "..");
  const { version } = JSON.parse(await readFile(join(pglite, "package.json"), "utf8")) as { version: string };
  const kept = join(pglite, "..", "..", ".cache", "empty-postgres");
  const dir = join(kept, version);
  if (existsSync(dir)) return dir;
  const part = `${dir}.${process.pid}`;
  await mkdir(kept, { recursive: true });
  await rm(part, { recursive: true, force: true });
  const maker = fork(new URL(`./postgres-empty${extname(import.meta.url)}`, import.meta.url), [part]);
  const [code] = await once(maker, "exit");
  if (code !== 0) throw new Error(`making an empty database in ${part} ended with exit code ${code}`);
  await rename(part, dir).catch((error: unknown) => {
    if (!existsSync(dir)) throw error; // Another process was first.
  });
  return dir;
}
