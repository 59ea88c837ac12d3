import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { portOr } from "../../embedded/free-port.ts";
import { JaegerApi } from "./jaeger-api.ts";
import { jaeger } from "./require.ts";
import { start, temporary } from "./started.ts";

export interface Jaeger {
  /** Where it takes spans. */
  readonly endpoint: string;
  readonly api: JaegerApi;
}

/** One of the test's own on free ports, with its traces in memory. */
export async function startJaeger(context: TestContext): Promise<Jaeger> {
  const [http, query, grpc] = await Promise.all(
    [0, 0, 0].map(async (any) => `127.0.0.1:${await portOr(any, "127.0.0.1")}`),
  );
  const file = join(temporary(context), "jaeger.json"); // What is JSON is YAML.
  const configuration = {
    service: {
      extensions: ["jaeger_storage", "jaeger_query"],
      pipelines: { traces: { receivers: ["otlp"], exporters: ["jaeger_storage_exporter"] } },
      telemetry: { metrics: { level: "none" } },
    },
    extensions: {
      jaeger_storage: { backends: { memory: { memory: { max_traces: 1_000 } } } },
      jaeger_query: { storage: { traces: "memory" }, http: { endpoint: query }, grpc: { endpoint: grpc } },
    },
    receivers: { otlp: { protocols: { http: { endpoint: http } } } },
    exporters: { jaeger_storage_exporter: { trace_storage: "memory" } },
  };
  writeFileSync(file, JSON.stringify(configuration));
  await start(context, String(jaeger), ["--config", file], process.env).said("Everything is ready");
  return { endpoint: `http://${http}`, api: new JaegerApi(`http://${query}`) };
}
