/** Where things are comes from the server that serves this page, so one build serves every place. */
export interface PageConfig {
  readonly gatewayUrl: string;
  /** Whether there may be the first user whose password is public. */
  readonly hasSeedUser: boolean;
  /** Where caught mail can be read; only when a catcher runs. */
  readonly mailView?: string;
}

let loaded: Promise<PageConfig> | undefined;

export function pageConfig(): Promise<PageConfig> {
  loaded ??= load().catch((error: unknown) => {
    loaded = undefined;
    throw error;
  });
  return loaded;
}

async function load(): Promise<PageConfig> {
  const response = await fetch("config.json", { signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`config.json answered ${response.status}`);
  return (await response.json()) as PageConfig;
}
