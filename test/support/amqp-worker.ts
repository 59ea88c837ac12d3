import { type Context, ServiceBroker } from "moleculer";
import { type Environment, loadConfig } from "../../config/load.ts";
import { brokerOptions } from "../../moleculer.config.ts";
import { provideConfig } from "../../node/node-context.ts";
import { AmqpClient } from "../../protocols/amqp/client.ts";
import { amqpServer } from "../../protocols/amqp/server.mixin.ts";
import { requestQueue } from "../../protocols/amqp/topology.ts";
import { publishEndpoint } from "../../protocols/endpoints.ts";

type Work = (ctx: Context<{ n: number }>) => Promise<unknown>;

/** A node of its own, without a mesh: the tests are about the message broker between its caller and it. */
function nodeWithoutMesh(url: string, name: string, NAMESPACE?: string): ServiceBroker {
  const environment: Environment = { NODE_ENV: "test", LOG_LEVEL: process.env.LOG_LEVEL ?? "fatal", RABBIT_URL: url };
  const config = loadConfig({ ...environment, NAMESPACE, REQUEST_TIMEOUT: "2000", SHUTDOWN_TIMEOUT: "500" }, []);
  const broker = new ServiceBroker({ ...brokerOptions(config, name), transporter: undefined, disableBalancer: false });
  provideConfig(broker, config);
  return broker;
}

const service = (work: Work, mixins: object[]) => ({
  name: "worker",
  mixins,
  actions: { work: { params: { n: "number" }, expose: { amqp: true }, handler: work } },
});

/** One replica of a service whose only operation is `worker.work {n}`. */
export async function startWorker(url: string, name: string, work: Work, namespace?: string): Promise<ServiceBroker> {
  const broker = nodeWithoutMesh(url, name, namespace);
  broker.createService(service(work, [amqpServer]) as never);
  await broker.start();
  return broker;
}

/** A client whose registry says that there is such a service, whether or not it is so. */
export async function startCaller(
  url: string,
  namespace?: string,
): Promise<{ client: AmqpClient; stop(): Promise<void> }> {
  const broker = nodeWithoutMesh(url, "caller", namespace);
  broker.createService(service(() => Promise.reject(new Error("not this one")), []) as never);
  publishEndpoint(broker, "amqp", requestQueue(broker.namespace, "worker").name);
  const client = new AmqpClient(broker);
  await broker.start();
  return {
    client,
    async stop() {
      await client.close();
      await broker.stop();
    },
  };
}
