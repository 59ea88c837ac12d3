import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { lookup } from "node:dns";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Agent, fetch } from "undici";
import { eventually } from "../../test/support/eventually.ts";
import type { Client, Credentials, Place } from "./client.ts";
import { here, kubectl } from "./cluster.ts";
import { run } from "./command.ts";
import type { Part } from "./part.ts";

/** A controller takes up a change within seconds, ms. */
const PATIENCE = 30_000;
/** As docs/kubernetes.md has them. */
const host = "app.example.com";
const secret = "app-example-com";

/** Where the Ingress is, if a controller has taken it; else the Services, if this machine is one of the cluster's or knows the way. */
export async function findEntrance({ report }: Part): Promise<{ place: Place; ingress?: string }> {
  const path = "--output=jsonpath={.status.loadBalancer.ingress[0]['ip','hostname']}";
  const address = async () => (await here("get", "ingress", "sixfold", path)) || undefined;
  const ingress = await eventually(address, PATIENCE).catch(() => undefined);
  if (ingress !== undefined) {
    const ofClass = await here("get", "ingress", "sixfold", "--output=jsonpath={.spec.ingressClassName}");
    report.note(`through the Ingress at ${ingress}, of class ${ofClass}`);
    return { place: { page: `http://${ingress}`, gateway: `http://${ingress}/api` }, ingress };
  }
  report.notProved("the Ingress: no controller has taken it; what follows goes through the Services");
  const service = (name: string) =>
    here("get", "service", name, "--output=jsonpath={.spec.clusterIP}:{.spec.ports[0].port}");
  return { place: { page: `http://${await service("frontend")}`, gateway: `http://${await service("gateway")}/api` } };
}

/** The gateway knows who asks by what the controller says, and not by what a client says. */
export async function proveForwarded({ report }: Part, ingress: string, client: Client): Promise<void> {
  const id = randomUUID();
  const headers = { "X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https", "X-Request-Id": id };
  const answer = await fetch(`${client.place.gateway}/`, { method: "POST", headers });
  assert.equal(answer.status, 202);
  assert.equal(answer.headers.get("strict-transport-security"), null, "TLS is not the client's to claim");
  const seen = await eventually(async () => {
    const { body } = await client.get("/logs?name=broker_hit&pageSize=100");
    const { rows } = body.data as { rows: { request_id?: string; data: string }[] };
    return rows.find(({ request_id }) => request_id === id)?.data;
  });
  assert.notEqual(seen, "203.0.113.7", "an address that the client made up");
  assert.ok(!(await podAddresses()).includes(seen), `the gateway takes the controller for its client: ${seen}`);
  const own = await ownAddress(ingress);
  if (seen !== own) {
    report.notProved(`the client's address behind the Ingress: this one is ${own}, the gateway sees ${seen}`);
    return;
  }
  report.proved(`behind the Ingress the gateway knows its client's address, ${own}, whatever it claims`);
}

/** Those that are no machine's too. */
async function podAddresses(): Promise<(string | undefined)[]> {
  interface Pod {
    readonly spec: { readonly hostNetwork?: boolean };
    readonly status: { readonly podIP?: string };
  }
  const { items } = JSON.parse(await kubectl("get", "pods", "--all-namespaces", "--output=json")) as { items: Pod[] };
  return items.filter(({ spec }) => spec.hostNetwork !== true).map(({ status }) => status.podIP);
}

/** This machine's, on the way there. */
async function ownAddress(ingress: string): Promise<string | undefined> {
  const socket = connect(80, ingress);
  await once(socket, "connect");
  const { localAddress } = socket;
  socket.destroy();
  return localAddress;
}

/** With a host and a certificate, by the patch of docs/kubernetes.md: from then on it is under this host alone. */
export async function proveTls({ report }: Part, ingress: string, credentials: Credentials): Promise<void> {
  const ca = await makeCertificate();
  const patch = [
    { op: "add", path: "/spec/rules/0/host", value: host },
    { op: "add", path: "/spec/tls", value: [{ hosts: [host], secretName: secret }] },
  ];
  await here("patch", "ingress", "sixfold", "--type=json", "--patch", JSON.stringify(patch));
  const there = new Agent({ connect: { ca, lookup: (_, options, found) => lookup(ingress, options, found) } });
  const ask = (url: string, init: Parameters<typeof fetch>[1] = {}) => fetch(url, { ...init, dispatcher: there });
  const page = await eventually(async () => {
    const found = await ask(`https://${host}`);
    return found.status === 200 ? found : undefined;
  }, PATIENCE);
  assert.match(await page.text(), /assets\/main-/);

  const headers = { Origin: `https://${host}`, "Content-Type": "application/json" };
  const signIn = { method: "POST", headers, body: JSON.stringify(credentials) };
  const signedIn = await ask(`https://${host}/api/session`, signIn);
  assert.equal(signedIn.status, 202);
  const cookie = signedIn.headers.getSetCookie()[0] ?? "";
  assert.match(cookie, /^sixfold_session=.*; Secure/);
  assert.ok(signedIn.headers.get("strict-transport-security"), "the gateway knows that it is behind TLS");
  const session = await ask(`https://${host}/api/session`, {
    headers: { ...headers, Cookie: cookie.split(";", 1).join() },
  });
  assert.equal(session.status, 200);
  await there.close();
  report.proved(
    "with a host and a self-made certificate the same over TLS: the page, a session whose cookie is Secure",
  );
}

/** Gives the cluster a certificate for the host. @returns what it is believed by */
async function makeCertificate(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "sixfold-certificate-"));
  const [key, certificate] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
  try {
    const names = ["-subj", `/CN=${host}`, "-addext", `subjectAltName=DNS:${host}`];
    const kind = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"];
    await run("openssl", ["req", ...kind, ...names, "-keyout", key, "-out", certificate]);
    await here("create", "secret", "tls", secret, `--cert=${certificate}`, `--key=${key}`);
    return await readFile(certificate, "utf8");
  } finally {
    await rm(folder, { recursive: true });
  }
}
