import assert from "node:assert/strict";
import { test } from "node:test";
import { mongoUrl } from "./mongo-url.ts";
import { Expected } from "./types.ts";

test("one host, a replica set's several, a name with SRV records: as they are", () => {
  for (const url of [
    "mongodb://localhost",
    "mongodb://admin:p%40ss@mongo:27017/logs?authSource=admin&readPreference=primary",
    "mongodb://a:1,b:2,[::1]:3/?replicaSet=rs",
    "mongodb+srv://user:pass@cluster.example.com/",
  ]) {
    assert.equal(mongoUrl(url), url);
  }
});

test("anything else is refused", () => {
  for (const url of [
    "",
    "localhost",
    "http://mongo",
    "mongodb://",
    "mongodb:///logs",
    "mongodb://a b",
    "mongodb://a,,b",
  ]) {
    assert.throws(() => mongoUrl(url), Expected, url);
  }
});
