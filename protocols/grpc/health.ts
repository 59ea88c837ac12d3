import type { handleServerStreamingCall, handleUnaryCall, UntypedServiceImplementation } from "@grpc/grpc-js";
import { status } from "@grpc/grpc-js";
import type { HealthChecks } from "../../node/health.ts";

type Serving = "SERVING" | "NOT_SERVING" | "SERVICE_UNKNOWN";
interface CheckRequest {
  readonly service: string;
}
interface CheckResponse {
  readonly status: Serving;
}

/** How often the readiness is looked at while somebody watches it, ms. */
const INTERVAL = 1_000;
/** Beyond so many, who wants to watch is told to come later. */
const MAX_WATCHERS = 100;

/**
 * The standard health service: the node as a whole ("") and each of its services is what `/readyz` says. The readiness is
 * asked for, not kept, so that an answer is never an old one.
 */
export class Health {
  readonly #checks: HealthChecks;
  readonly #known: ReadonlySet<string>;
  readonly #watchers = new Set<() => void>();
  #report?: Promise<{ ready: boolean }>;

  constructor(checks: HealthChecks, services: readonly string[]) {
    this.#checks = checks;
    this.#known = new Set(["", ...services]);
  }

  readonly handlers: UntypedServiceImplementation = {
    check: (({ request: { service } }, callback) => {
      if (!this.#known.has(service)) {
        return callback({ code: status.NOT_FOUND, details: `there is no service ${JSON.stringify(service)} here` });
      }
      void this.#status(service).then((serving) => callback(null, { status: serving }));
    }) satisfies handleUnaryCall<CheckRequest, CheckResponse>,

    list: ((_, callback) => {
      void this.#status("").then((serving) => {
        const statuses = Object.fromEntries([...this.#known].map((name) => [name, { status: serving }]));
        callback(null, { statuses });
      });
    }) satisfies handleUnaryCall<object, { statuses: Record<string, CheckResponse> }>,

    watch: ((call) => {
      if (this.#watchers.size >= MAX_WATCHERS) {
        call.emit("error", { code: status.RESOURCE_EXHAUSTED, details: "too many watch already" });
        return;
      }
      let last: Serving | undefined;
      const look = async () => {
        const now = await this.#status(call.request.service);
        if (now === last || call.cancelled) return;
        last = now;
        call.write({ status: now });
      };
      const timer = setInterval(() => void look(), INTERVAL).unref();
      const end = () => {
        clearInterval(timer);
        this.#watchers.delete(leave);
      };
      const leave = () => void look().then(() => call.end(), end);
      this.#watchers.add(leave);
      call.once("cancelled", end);
      void look();
    }) satisfies handleServerStreamingCall<CheckRequest, CheckResponse>,
  };

  /** The node takes no more work: those that watch hear so, and their streams end. */
  leave(): void {
    this.#checks.draining = true;
    this.#report = undefined;
    for (const leave of [...this.#watchers]) leave();
  }

  async #status(service: string): Promise<Serving> {
    if (!this.#known.has(service)) return "SERVICE_UNKNOWN";
    // Who asks at the same time hears the same.
    this.#report ??= this.#checks.report().finally(() => {
      this.#report = undefined;
    });
    const draining = this.#checks.draining;
    return !draining && (await this.#report).ready ? "SERVING" : "NOT_SERVING";
  }
}
