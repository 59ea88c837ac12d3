/** `node dist/node/probe.js auth`: a container's health check, without curl. Exit codes: 0 the node has started and answers, 1 not. */
import { entries } from "../config/entries.ts";
import type { NodeName } from "../config/entry.ts";
import { portsOf } from "../config/ports.ts";

const TIMEOUT = 2_500;

process.exitCode = (await answers(process.argv[2] as NodeName)) ? 0 : 1;

async function answers(node: NodeName): Promise<boolean> {
  const [rest] = portsOf(node);
  if (rest === undefined) return false;
  const entry = entries[rest.key];
  const port = entry.names.map((name) => process.env[name]).find(Boolean) ?? entry.default;
  try {
    return (await fetch(`http://127.0.0.1:${port}/startedz`, { signal: AbortSignal.timeout(TIMEOUT) })).ok;
  } catch {
    return false;
  }
}
