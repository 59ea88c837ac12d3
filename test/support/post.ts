export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: { error: boolean; message: string; code?: string; data?: unknown };
}

export async function post(url: string, body?: unknown): Promise<Reply> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body),
    signal: AbortSignal.timeout(15_000),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Reply["body"] };
}
