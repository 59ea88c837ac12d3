export interface Received {
  readonly status: number;
  readonly body: unknown;
}

/** Where the gateway is comes from the server, so one build serves every place. */
let gatewayUrl: Promise<string> | undefined;

async function findGateway(): Promise<string> {
  const response = await fetch("config.json");
  const config = (await response.json()) as { gatewayUrl: string };
  return config.gatewayUrl;
}

export async function post(path: string, payload?: object): Promise<Received> {
  gatewayUrl ??= findGateway();
  const response = await fetch(new URL(path, await gatewayUrl), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: payload === undefined ? undefined : JSON.stringify(payload),
  });
  return { status: response.status, body: await response.json() };
}
