import { connect } from "amqplib";

interface Greeting {
  readonly serverProperties?: { readonly product?: string; readonly version?: string };
}

/** Which AMQP server carries the calls, as it tells itself, such as `RabbitMQ 3.10.8`; `none` when there is none. */
export async function messageBrokerAt(url: string): Promise<string> {
  try {
    const model = await connect(url, { timeout: 5_000 });
    model.on("error", () => {}); // It was here a moment ago: that is all that is asked.
    const { product = "unknown", version = "" } = (model.connection as Greeting).serverProperties ?? {};
    await model.close();
    return `${product} ${version}`.trim();
  } catch {
    return "none";
  }
}
