/** What Prometheus says by its API: https://prometheus.io/docs/prometheus/latest/querying/api/. */
export class Prometheus {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  /** The jobs of what it scrapes, one a target. */
  async targets(): Promise<{ up: string[]; down: string[] }> {
    interface Target {
      readonly labels: { readonly job: string };
      readonly health: string;
      readonly lastError: string;
    }
    const { activeTargets } = await this.#get<{ activeTargets: readonly Target[] }>("targets?state=active");
    const up = activeTargets.filter(({ health }) => health === "up").map(({ labels }) => labels.job);
    const rest = activeTargets.filter(({ health }) => health !== "up");
    return { up: up.sort(), down: rest.map(({ labels, lastError }) => `${labels.job}: ${lastError}`).sort() };
  }

  async rules(): Promise<{ name: string; health: string }[]> {
    const { groups } = await this.#get<{ groups: { rules: { name: string; health: string }[] }[] }>("rules");
    return groups.flatMap((group) => group.rules.map(({ name, health }) => ({ name, health })));
  }

  /** The alerts that fire, with the job that they are about. */
  async firing(): Promise<string[]> {
    interface Alert {
      readonly labels: { readonly alertname: string; readonly job?: string };
      readonly state: string;
    }
    const { alerts } = await this.#get<{ alerts: readonly Alert[] }>("alerts");
    return alerts
      .filter(({ state }) => state === "firing")
      .map(({ labels: { alertname, job } }) => (job === undefined ? alertname : `${alertname} ${job}`))
      .sort();
  }

  /** The numbers of now. */
  async query(expression: string): Promise<number[]> {
    const query = new URLSearchParams({ query: expression });
    const { result } = await this.#get<{ result: { value: [number, string] }[] }>(`query?${query}`);
    return result.map(({ value: [, value] }) => Number(value));
  }

  async #get<T>(path: string): Promise<T> {
    const response = await fetch(`${this.#url}/api/v1/${path}`, { signal: AbortSignal.timeout(10_000) });
    const { status, data, error } = (await response.json()) as { status: string; data: T; error?: string };
    if (status !== "success") throw new Error(`Prometheus, ${path}: ${error}`);
    return data;
  }
}
