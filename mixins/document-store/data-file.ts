import { type FileHandle, open } from "node:fs/promises";
import type { Logger } from "moleculer";

const NEWLINE = 0x0a;
const CHUNK = 65_536;

/**
 * A process that was killed while it wrote leaves an unfinished line at the file's end. Nobody was told that it is stored
 * (an answer waits for the whole write), and the next line must not be written onto it: it goes.
 */
export async function dropUnfinishedLine(file: string, logger: Logger): Promise<void> {
  const handle = await openIfThere(file);
  if (handle === undefined) return;
  try {
    const { size } = await handle.stat();
    const end = await endOfLastLine(handle, size);
    if (end === size) return;
    await handle.truncate(end);
    await handle.sync();
    logger.warn(`${file}: an unfinished line of ${size - end} bytes at the end is dropped; it was never confirmed`);
  } finally {
    await handle.close();
  }
}

async function openIfThere(file: string): Promise<FileHandle | undefined> {
  try {
    return await open(file, "r+");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

async function endOfLastLine(handle: FileHandle, size: number): Promise<number> {
  const buffer = Buffer.alloc(CHUNK);
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - CHUNK);
    const { bytesRead } = await handle.read(buffer, 0, end - start, start);
    const found = buffer.subarray(0, bytesRead).lastIndexOf(NEWLINE);
    if (found >= 0) return start + found + 1;
    end = start;
  }
  return 0;
}

interface Damage {
  readonly corruptItems: number;
  readonly dataLength: number;
}

/** What NeDB's loader tells of lines that it cannot read. */
export const damageOf = (error: unknown): Damage | undefined =>
  typeof (error as Partial<Damage>).corruptItems === "number" ? (error as Damage) : undefined;
