import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Validator } from "@seriousme/openapi-schema-validator";
import { portOr } from "../../embedded/free-port.ts";
import type { OpenApi } from "../../protocols/rest/openapi.ts";
import { type Browser, barriers, openBrowser, overflow, visit } from "../support/browser.ts";
import { eventually } from "../support/eventually.ts";
import { send } from "../support/http.ts";
import { needs } from "../support/require.ts";
import { type System, startSystem } from "../support/system.ts";

const skip = needs("browser");
let system: System;
let browser: Browser | undefined;
before(async () => {
  // The gateway knows its own page by the port that it is told.
  const port = { GATEWAY_PORT: String(await portOr(0, "127.0.0.1")) };
  system = await startSystem(["auth", "gateway", "listener", "logger", "mailer"], port);
  if (!skip) browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await system?.stop();
});

interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly servers?: readonly { url: string }[];
  readonly security?: unknown;
  readonly parameters?: readonly object[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema: Record<string, unknown> }> };
  readonly responses: Record<string, unknown>;
}

const documentOf = async (name: keyof System["nodes"]) =>
  (await (await fetch(system.url(name, "/openapi.json"))).json()) as OpenApi;
const operationsIn = ({ paths }: OpenApi): Map<string, Operation> =>
  new Map(
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(
        ([method, found]) => [`${method.toUpperCase()} ${path}`, found as Operation] as const,
      ),
    ),
  );

test("every service that others call tells of its operations in valid OpenAPI, each under a name of its own", async () => {
  for (const name of ["auth", "gateway", "listener", "logger", "mailer"] as const) {
    const document = await documentOf(name);
    assert.deepEqual(await new Validator().validate({ ...document }), { valid: true }, name);
    const ids = [...operationsIn(document).values()].map(({ operationId }) => operationId);
    assert.equal(new Set(ids).size, ids.length, name);
  }
});

test("when an operation is described, then as its exposure and its parameters' rules have it", async () => {
  const auth = operationsIn(await documentOf("auth"));
  assert.deepEqual([...auth.keys()].sort(), [
    "GET /user",
    "GET /users",
    "GET /users/{id}",
    "PATCH /users/{id}",
    "POST /authenticate",
    "POST /users",
    "POST /users/{id}/deactivate",
    "PUT /users/{id}/password",
  ]);
  const list = auth.get("GET /users");
  assert.deepEqual(list?.parameters?.[1], {
    name: "page",
    in: "query",
    required: false,
    schema: { type: "integer", minimum: 1, maximum: 1_000_000, default: 1 },
  });
  assert.deepEqual(Object.keys(list?.responses ?? {}), ["200", "400", "default"]);
  const password = auth.get("PUT /users/{id}/password");
  assert.deepEqual(password?.parameters, [
    { name: "id", in: "path", required: true, schema: { type: "integer", minimum: 1, maximum: 2_147_483_647 } },
  ]);
  assert.deepEqual(password?.requestBody?.content["application/json"]?.schema, {
    type: "object",
    properties: { password: { type: "string", format: "password", minLength: 8, maxLength: 1_024 } },
    required: ["password"],
  });
  assert.equal(auth.get("POST /users/{id}/deactivate")?.requestBody, undefined);
});

test("the gateway tells of each of its own routes, and no other, and of the services' that are there", async () => {
  const found = operationsIn(await documentOf("gateway"));
  const gateway: unknown = system.nodes.gateway?.broker.getLocalService("gateway");
  const { aliases } = gateway as { aliases: readonly { method: string; path: string }[] };
  const routes = aliases.map(({ method, path }) => `${method} /${path.replace(/:(\w+)/g, "{$1}")}`);
  const own = [...found].filter(([, { tags }]) => tags.includes("gateway")).map(([place]) => place);
  assert.deepEqual(own.sort(), routes.filter((route) => route !== "GET /openapi.json").sort());

  const both = found.get("GET /logs/{id}");
  assert.deepEqual(both?.tags, ["gateway", "logger"]);
  assert.deepEqual(
    both?.servers?.map(({ url }) => url),
    ["/", system.url("logger", "")],
  );
  assert.ok(both?.security);
  const login = { email: "admin@example.com", password: "verysecret" };
  const { headers } = await send(system.url("gateway", "/session"), { method: "POST", body: login });
  const { securitySchemes } = (await documentOf("gateway")).components as {
    securitySchemes: { cookie: { name: string } };
  };
  assert.ok(headers.get("set-cookie")?.startsWith(`${securitySchemes.cookie.name}=`));
  assert.deepEqual(
    found.get("POST /users")?.servers?.map(({ url }) => url),
    [system.url("auth", "")],
  );
  const handle = found.get("POST /handle")?.requestBody?.content["application/json"]?.schema.oneOf;
  assert.deepEqual(
    (handle as { required: string[] }[]).map(({ required }) => required),
    [
      ["action", "auth"],
      ["action", "log"],
      ["action", "mail"],
    ],
  );
});

test("when the API's page is opened, then it shows every operation, dark and on a phone, and asks nobody else", {
  skip,
}, async () => {
  const at = system.url("gateway", "/docs");
  const { page, complaints, origins, close } = await visit(browser as Browser, at, {
    viewport: { width: 390, height: 844 },
    colorScheme: "dark",
  });
  await page.locator(".opblock").first().waitFor();
  const shown = await page.locator(".opblock").count();
  const { size } = operationsIn(await documentOf("gateway"));
  assert.ok(shown >= size, `${shown} of ${size}`);
  assert.ok(await page.evaluate("document.documentElement.classList.contains('dark-mode')"));
  assert.ok((await overflow(page)) <= 0);
  const pale = (await barriers(page)).filter((barrier) => barrier.startsWith("color-contrast"));
  assert.deepEqual(pale, [], "the others are Swagger UI's own");

  await page.locator(".opblock-post", { hasText: "/handle" }).locator(".opblock-summary-control").click();
  await page.getByRole("button", { name: "Try it out" }).click();
  const payload = { action: "auth", auth: { email: "admin@example.com", password: "verysecret" } };
  await page.locator("textarea").first().fill(JSON.stringify(payload));
  await page.getByRole("button", { name: "Execute" }).click();
  await page.locator(".live-responses-table").getByText('"Authenticated!"').first().waitFor();

  assert.deepEqual(complaints(), []);
  assert.deepEqual([...origins()], [new URL(at).origin]);
  await close();
});

test("when the API's page is served, then under a strict policy, its files kept by their names", async () => {
  const page = await fetch(system.url("gateway", "/docs"));
  assert.equal(page.status, 200);
  assert.equal(page.headers.get("cache-control"), "no-cache");
  const policy = page.headers.get("content-security-policy") ?? "";
  assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;/);
  assert.doesNotMatch(policy, /unsafe/);
  const [, script = ""] = /src="(docs\/assets\/docs-\w+\.js)"/.exec(await page.text()) ?? [];
  const asset = await fetch(system.url("gateway", `/${script}`), { headers: { "Accept-Encoding": "br" } });
  assert.equal(asset.headers.get("content-encoding"), "br");
  assert.match(asset.headers.get("cache-control") ?? "", /immutable/);
  assert.match(asset.headers.get("content-type") ?? "", /^text\/javascript/);
  for (const path of [
    "/docs/assets/none.js",
    "/docs/assets/..%2Findex.html",
    "/docs/assets/%2e%2e%2f%2e%2e%2fpackage.json",
  ]) {
    assert.equal((await send(system.url("gateway", path))).status, 404, path);
  }
});

test("when a service leaves, then the gateway's document leaves it out", async () => {
  await system.nodes.mailer?.stop();
  await eventually(async () => {
    const document = await documentOf("gateway");
    const found = operationsIn(document);
    if (found.has("POST /send")) return undefined;
    assert.deepEqual(await new Validator().validate({ ...document }), { valid: true });
    assert.deepEqual(found.get("GET /mails")?.tags, ["gateway"], "the gateway's own route stays");
    return true;
  });
});
