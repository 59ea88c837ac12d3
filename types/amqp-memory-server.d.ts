declare module "amqp-memory-server" {
  export class AmqpMemoryServer {
    static create(options: { host: string; port: number; users: Record<string, string> }): Promise<AmqpMemoryServer>;
    readonly url: string;
    stop(): Promise<void>;
  }
}
