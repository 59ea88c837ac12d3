import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/** What a test may need and a machine may lack; REQUIRE names those that must be there. */
export type Need = "postgres" | "rabbitmq" | "mongo" | "browser" | "promtool" | "jaeger" | "nats" | "curl" | "go";

const variables = {
  postgres: ["DSN", "DATABASE_URL", "POSTGRES_URL"],
  rabbitmq: ["RABBIT_URL", "RABBITMQ_URL", "AMQP_URL"],
  mongo: ["MONGO_URL", "MONGODB_URL", "MONGODB_URI"],
} as const;

/** What is called by its name, with what it is asked whether it is there. */
const programs = {
  promtool: ["promtool", "--version", "Debian's package prometheus"],
  curl: ["curl", "--version", "Debian's package curl"],
  go: ["go", "version", "Debian's package golang-go"],
} as const;

export const chromium = process.env.CHROMIUM ?? "/usr/bin/chromium";
export const natsServer = process.env.NATS_SERVER ?? "/usr/sbin/nats-server";
/** Jaeger 2's program, such as scripts/build-jaeger.sh makes. */
export const jaeger = process.env.JAEGER;

/** The real server that the environment names, if any. */
export function serverUrl(server: keyof typeof variables): string | undefined {
  return variables[server].map((name) => process.env[name]).find(Boolean);
}

/**
 * For a test's options: `test("...", { skip: needs("browser") }, ...)`.
 * @returns false when all is there, else why the test is skipped
 * @throws Error with the same when REQUIRE names what is missing: the test's file fails
 */
export function needs(...wanted: readonly Need[]): string | false {
  const required = (process.env.REQUIRE ?? "").split(",").map((name) => name.trim());
  for (const need of wanted) {
    const missing = whyNot(need);
    if (missing === undefined) continue;
    if (required.includes(need)) throw new Error(`REQUIRE=${need}: ${missing}`);
    return missing;
  }
  return false;
}

function whyNot(need: Need): string | undefined {
  if (need === "browser") return existsSync(chromium) ? undefined : `there is no ${chromium} (CHROMIUM names another)`;
  if (need === "promtool" || need === "curl" || need === "go") {
    const [program, version, origin] = programs[need];
    return spawnSync(program, [version]).error === undefined ? undefined : `there is no ${program} (${origin})`;
  }
  if (need === "jaeger") return jaeger ? undefined : "JAEGER names no program (scripts/build-jaeger.sh builds one)";
  if (need === "nats") {
    return existsSync(natsServer)
      ? undefined
      : `there is no ${natsServer} (Debian's nats-server; NATS_SERVER names another)`;
  }
  return serverUrl(need) === undefined ? `${variables[need][0]} names no ${need}` : undefined;
}
