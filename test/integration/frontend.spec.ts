import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { rawHttp } from "../support/http.ts";
import { type System, startSystem } from "../support/system.ts";

const script = "console.log('a page');".repeat(50);
const html = "<!doctype html><title>A page</title>";
let system: System;
let publicDir: string;
before(async () => {
  publicDir = await mkdtemp(join(tmpdir(), "sixfold-page-"));
  await mkdir(join(publicDir, "assets"));
  for (const [name, content] of [
    ["index.html", html],
    ["assets/main-ABCD2345.js", script],
  ] as const) {
    await writeFile(join(publicDir, name), content);
    await writeFile(join(publicDir, `${name}.gz`), gzipSync(content));
    await writeFile(join(publicDir, `${name}.br`), brotliCompressSync(content));
  }
  system = await startSystem(["frontend"], {
    PUBLIC_DIR: publicDir,
    GATEWAY_URL: "http://localhost:8080",
    MAIL_VIEW_URL: "http://127.0.0.1:8025",
    DSN: "host=none",
    MAIL_HOST: "none",
  });
});
after(async () => {
  await system?.stop();
  await rm(publicDir, { recursive: true, force: true });
});

const at = (path: string) => system.url("frontend", path);
const get = (path: string, headers: Record<string, string> = {}) => fetch(at(path), { headers });

test("when the page is opened, then it comes under a strict policy and is asked for anew each time", async () => {
  const response = await get("/");
  assert.equal(response.status, 200);
  assert.equal(await response.text(), html);
  assert.match(response.headers.get("content-type") ?? "", /^text\/html;\s?charset=utf-8/);
  assert.equal(response.headers.get("cache-control"), "no-cache");
  const policy = response.headers.get("content-security-policy") ?? "";
  assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self';/);
  assert.match(policy, /connect-src 'self' http:\/\/127\.0\.0\.1:8080;/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.doesNotMatch(policy, /unsafe/);
  assert.equal(response.headers.get("x-content-type-options"), "nosniff");

  const again = await get("/", { "If-None-Match": response.headers.get("etag") ?? "none" });
  assert.equal(again.status, 304);
  assert.match(again.headers.get("content-security-policy") ?? "", /default-src 'none'/);
});

test("when a file's name has its hash, then it is kept for a year; one that is missing is not", async () => {
  const response = await get("/assets/main-ABCD2345.js");
  assert.equal(response.headers.get("cache-control"), "public, max-age=31536000, immutable");
  assert.match(response.headers.get("content-type") ?? "", /javascript/);
  const missing = await get("/assets/main-ZZZZ2345.js");
  assert.equal(missing.status, 404);
  assert.equal(missing.headers.get("cache-control"), "no-cache");
});

test("when a client takes brotli or gzip, then it gets what was compressed beforehand; refused encodings it does not", async () => {
  for (const [accepts, encoding] of [
    ["br, gzip", "br"],
    ["gzip", "gzip"],
    ["gzip, br;q=0", "gzip"],
    ["identity", null],
    ["br;q=0, gzip;q=0.0", null],
  ] as const) {
    const response = await get("/assets/main-ABCD2345.js", { "Accept-Encoding": accepts });
    assert.equal(response.headers.get("content-encoding"), encoding, accepts);
    assert.equal(response.headers.get("vary"), "Accept-Encoding");
    assert.equal(await response.text(), script);
  }
});

test("when the page asks where things are, then under the name by which it was opened itself", async () => {
  const response = await get("/config.json");
  assert.equal(response.headers.get("cache-control"), "no-store");
  assert.deepEqual(await response.json(), {
    gatewayUrl: "http://127.0.0.1:8080",
    hasSeedUser: true,
    mailView: "http://127.0.0.1:8025",
  });
  const asLocalhost = await rawHttp(
    at("/"),
    "GET /config.json HTTP/1.1\r\nHost: localhost:8000\r\nConnection: close\r\n\r\n",
  );
  assert.match(asLocalhost, /"gatewayUrl":"http:\/\/localhost:8080",.*"mailView":"http:\/\/localhost:8025"/);
  const strange = await rawHttp(
    at("/"),
    "GET /config.json HTTP/1.1\r\nHost: evil.example.com\r\nConnection: close\r\n\r\n",
  );
  assert.match(strange, /"gatewayUrl":"http:\/\/localhost:8080"/);
});

test("when there is nothing, then people get a page and programs the envelope", async () => {
  const page = await get("/nothing", { Accept: "text/html,*/*" });
  assert.equal(page.status, 404);
  assert.match(page.headers.get("content-type") ?? "", /^text\/html/);
  assert.match(page.headers.get("content-security-policy") ?? "", /default-src 'none'/);
  assert.match(await page.text(), /<h1>There is nothing at this address<\/h1>/);
  const envelope = await get("/nothing", { Accept: "application/json" });
  assert.equal(((await envelope.json()) as { code: string }).code, "NOT_FOUND");
});

test("when a proxy hands a request on, then what a node has for those inside is not there; who asks from inside gets it", async () => {
  for (const path of ["/metrics", "/readyz", "/startedz", "/healthz"]) {
    for (const header of ["X-Forwarded-For", "Forwarded"]) {
      assert.equal((await get(path, { [header]: "for=203.0.113.7" })).status, 404, `${path} with ${header}`);
    }
    assert.equal((await get(path)).status, 200, path);
  }
  assert.equal((await get("/ping", { "X-Forwarded-For": "203.0.113.7" })).status, 200);
});

test("when something else than a page is wanted, then it is refused", async () => {
  const posted = await fetch(at("/"), { method: "POST", body: "{}" });
  assert.equal(posted.status, 405);
  assert.equal(posted.headers.get("allow"), "GET, HEAD");
  for (const path of [
    "/../package.json",
    "/%2e%2e/package.json",
    "/..%2f..%2fetc/passwd",
    "//etc/passwd",
    "/%00",
    "/assets",
  ]) {
    const answer = await rawHttp(at("/"), `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    assert.match(answer, /^HTTP\/1\.1 40[04] /, path);
  }
  for (const range of ["bytes=5-2", "bytes=abc", "bytes=99999-"]) {
    assert.equal((await get("/", { Range: range })).status, 200);
  }
});
