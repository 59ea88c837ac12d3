#!/usr/bin/env node
import { parseArgs } from "node:util";
import { AmqpMemoryServerError } from "./errors.ts";
import type { AmqpMemoryServerOptions } from "./options.ts";
import { product, version } from "./product.ts";
import { AmqpMemoryServer } from "./server.ts";

const usage = `Usage: ${product} [options]

An AMQP 0-9-1 server in memory, for development and tests.

  --port NUMBER            port to listen on, 0 for a free one (5672)
  --host ADDRESS           loopback address to listen on (127.0.0.1)
  --user NAME:PASSWORD     a user; may be given several times (guest:guest)
  --vhost NAME             a virtual host; may be given several times (/)
  --heartbeat SECONDS      heartbeat suggested to clients, 0 for none (60)
  --memory-limit BYTES     memory for messages before publishers are held back (268435456)
  --max-message-size BYTES largest message body (134217728)
  --max-connections NUMBER connections at a time (1024)
  --allow-remote           allow a host that is not loopback: no TLS, anybody may fill the memory
  --allow-in-production    start although NODE_ENV=production: all messages are lost at the end
  --version, --help
`;

try {
  await main();
} catch (error) {
  const expected =
    error instanceof AmqpMemoryServerError || (error as { code?: string }).code?.startsWith("ERR_PARSE_ARGS");
  process.stderr.write(`${product}: ${expected ? (error as Error).message : String((error as Error).stack)}\n`);
  process.exitCode = expected ? 2 : 1;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: "string" },
      host: { type: "string" },
      user: { type: "string", multiple: true },
      vhost: { type: "string", multiple: true },
      heartbeat: { type: "string" },
      "memory-limit": { type: "string" },
      "max-message-size": { type: "string" },
      "max-connections": { type: "string" },
      "allow-remote": { type: "boolean" },
      "allow-in-production": { type: "boolean" },
      version: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  if (values.help) return void process.stdout.write(usage);
  if (values.version) return void process.stdout.write(`${version}\n`);

  const options: AmqpMemoryServerOptions = {
    host: values.host,
    port: number("port", values.port),
    users: users(values.user),
    vhosts: values.vhost,
    heartbeat: number("heartbeat", values.heartbeat),
    memoryLimit: number("memory-limit", values["memory-limit"]),
    maxMessageSize: number("max-message-size", values["max-message-size"]),
    maxConnections: number("max-connections", values["max-connections"]),
    allowRemote: values["allow-remote"],
    allowInProduction: values["allow-in-production"],
  };
  const server = await AmqpMemoryServer.create(options);
  const where = `${server.host}:${server.port}`;
  process.stdout.write(`${product} ${version} on ${where} - in memory: all is lost when it ends. Ctrl-C stops it.\n`);
  const stop = (): void => void server.stop().then(() => process.exit(0));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);
}

function number(option: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (value.trim() !== "" && Number.isFinite(Number(value))) return Number(value);
  throw new AmqpMemoryServerError("INVALID_OPTION", `--${option}: expected a number, got ${JSON.stringify(value)}`);
}

function users(given: string[] | undefined): Record<string, string> | undefined {
  if (given === undefined) return undefined;
  return Object.fromEntries(
    given.map((entry) => {
      const colon = entry.indexOf(":");
      if (colon < 1) throw new AmqpMemoryServerError("INVALID_OPTION", "--user: expected NAME:PASSWORD");
      return [entry.slice(0, colon), entry.slice(colon + 1)];
    }),
  );
}
