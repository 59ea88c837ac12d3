import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { appendFile, mkdir, mkdtemp, readdir, readFile, rename, rm, rmdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Logger } from "moleculer";
import { CodedError } from "../../errors/index.ts";
import { newDocumentId } from "./document-id.ts";
import type { DocumentIndex } from "./document-store.ts";
import { FileStore } from "./file-store.ts";

const unique: DocumentIndex = { fields: { key: 1 }, unique: true, sparse: true };

async function directory(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "sixfold-documents-"));
  t.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

function storeIn(t: TestContext, path: string, indexes: readonly DocumentIndex[] = [unique]) {
  const said: string[] = [];
  const lost: CodedError[] = [];
  const logger = { warn: (line: string) => said.push(line) } as unknown as Logger;
  const file = join(path, "documents.nedb");
  const store = new FileStore({ file, indexes, logger, onLost: (error) => lost.push(error) });
  t.after(() => store.close());
  return { store, file, said, lost };
}

const document = (values: object) => ({ _id: newDocumentId(), ...values });

test("when one of several documents is there already, then the others are stored, each with its outcome", async (t) => {
  const { store } = storeIn(t, await directory(t));
  await store.open();
  const first = document({ key: "a" });
  assert.deepEqual(await store.insertEach([first, document({}), document({})]), ["stored", "stored", "stored"]);
  const again = [document({ key: "a" }), document({ key: "b" }), first];
  assert.deepEqual(await store.insertEach(again), ["duplicate", "stored", "duplicate"]);
  assert.equal(await store.count({}), 4);
});

test("what was answered as stored is in the file, and there after a restart, dates as dates", async (t) => {
  const path = await directory(t);
  const { store, file } = storeIn(t, path);
  await store.open();
  const kept = document({ key: "a", at: new Date(0) });
  await store.insertEach([kept]);
  assert.match(await readFile(file, "utf8"), new RegExp(kept._id));
  await store.close();
  const { store: next } = storeIn(t, path);
  await next.open();
  assert.deepEqual(await next.findById(kept._id), kept);
  assert.deepEqual(await next.insertEach([document({ key: "a" })]), ["duplicate"]);
});

test("when the process was killed in the midst of a line, then the line goes and what was confirmed stays", async (t) => {
  const path = await directory(t);
  const { store, file } = storeIn(t, path);
  await store.open();
  await store.insertEach([document({ key: "a" })]);
  await store.close();
  await appendFile(file, `{"_id":"half","data":"${"x".repeat(200_000)}`);
  const { store: next, said } = storeIn(t, path);
  await next.open();
  assert.equal(await next.count({}), 1);
  assert.match(said.join(), /unfinished line/);
  await next.insertEach([document({ key: "b" })]);
  await next.close();
  const { store: third } = storeIn(t, path);
  await third.open();
  assert.equal(await third.count({}), 2, "the next line was not written onto the unfinished one");
});

test("when a few lines are damaged, then the rest is used and the file as it was is kept beside it", async (t) => {
  const path = await directory(t);
  const { store, file } = storeIn(t, path);
  await store.open();
  await store.insertEach(Array.from({ length: 50 }, (_, key) => document({ key })));
  await store.close();
  const damaged = (await readFile(file, "utf8")).replace('{"_id"', '{"_#d"}}');
  await writeFile(file, damaged);
  const { store: next, said } = storeIn(t, path);
  await next.open();
  assert.equal(await next.count({}), 49);
  assert.match(said.join(), /1 of the 5\d lines .* cannot be read/);
  const copy = (await readdir(path)).find((name) => name.includes(".damaged-"));
  assert.equal(await readFile(join(path, copy ?? ""), "utf8"), damaged);
});

test("when the file is no such file at all, then one clear line, and it is not touched", async (t) => {
  const path = await directory(t);
  const { store, file } = storeIn(t, path);
  await writeFile(file, "this is\nno data file\n");
  await assert.rejects(store.open(), (error) => {
    assert.ok(error instanceof CodedError);
    assert.match(error.message, /2 of the 2 lines of .*documents\.nedb cannot be read; restore it .* or move it away/);
    assert.doesNotMatch(error.message, /\n/);
    return true;
  });
  assert.equal(await readFile(file, "utf8"), "this is\nno data file\n");
});

test("when the file cannot be written, then the write fails retryably, is not found afterwards, and opening again mends it", async (t) => {
  const path = await directory(t);
  const { store, file, lost } = storeIn(t, path);
  await store.open();
  await store.insertEach([document({ key: "before" })]);
  await rename(file, `${file}.aside`);
  await mkdir(file);
  const refused = document({ key: "during" });
  const isAway = (error: unknown) => error instanceof CodedError && error.type === "DEPENDENCY_UNAVAILABLE";
  await assert.rejects(store.insertEach([refused]), isAway);
  assert.equal(lost.length, 1);
  await assert.rejects(store.ping(), isAway);
  await assert.rejects(store.find({}), isAway, "its memory knows more than the file");
  await rmdir(file);
  await rename(`${file}.aside`, file);
  await store.open();
  assert.equal(await store.findById(refused._id), null);
  assert.deepEqual(await store.insertEach([refused]), ["stored"]);
});

test("a second process on the same file is told so; when the first was killed, the file is free", async (t) => {
  const path = await directory(t);
  const { store, file } = storeIn(t, path);
  const holder = join(path, "holder.mts");
  const module = new URL("./file-lock.ts", import.meta.url).href;
  await writeFile(
    holder,
    `import { FileLock } from "${module}";
    await new FileLock(process.argv[2]).take();
    setInterval(() => undefined, 1000);
    process.send("taken");`,
  );
  const child = fork(holder, [file], { execArgv: ["--import", import.meta.resolve("tsx")] });
  t.after(() => child.kill("SIGKILL"));
  await once(child, "message");
  await assert.rejects(store.open(), /is in use by another process: .*MONGO_URL/);
  child.kill("SIGKILL");
  await once(child, "exit");
  await store.open();
});

test("what is older than the retention goes, also with a file that was made without one, and with another value", async (t) => {
  const path = await directory(t);
  const expiring = (expireAfterSeconds?: number) => [{ fields: { at: 1 }, expireAfterSeconds } as const];
  const old = document({ at: new Date(Date.now() - 60_000) });
  const young = document({ at: new Date() });
  const left = async (indexes: readonly DocumentIndex[]) => {
    const { store, file } = storeIn(t, path, indexes);
    await store.open();
    if ((await readFile(file, "utf8")).indexOf(young._id) < 0) await store.insertEach([old, young]);
    await store.maintain();
    const count = await store.count({});
    await store.close();
    return [count, (await readFile(file, "utf8")).includes('"$$deleted":true')];
  };
  assert.deepEqual(await left(expiring()), [2, false]);
  assert.deepEqual(await left(expiring(3_600)), [2, false]);
  assert.deepEqual(await left(expiring(10)), [1, false], "gone, and the file is compacted");
});

test("a file does not grow for ever by changes: maintenance rewrites it", async (t) => {
  const { store, file } = storeIn(t, await directory(t));
  await store.open();
  const one = document({ key: "a", n: 0 });
  await store.insertEach([one]);
  for (let n = 1; n <= 50; n++) await store.updateById(one._id, { $set: { n } });
  const before = (await readFile(file, "utf8")).length;
  await store.maintain();
  assert.ok((await readFile(file, "utf8")).length * 10 < before);
  assert.equal((await store.findById(one._id))?.n, 50);
});
