import { once } from "node:events";
import type { AddressInfo } from "node:net";
import PostalMime, { type Email } from "postal-mime";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";

export interface Delivered {
  readonly from: string;
  readonly to: readonly string[];
  readonly mail: Email;
  readonly raw: string;
}

/** A refusal, as `{ code: 550, message: "no such user" }`. */
export interface Refusal {
  readonly code: number;
  readonly message: string;
}

export interface SmtpOptions extends SMTPServerOptions {
  /** Asked for each recipient. */
  readonly refuse?: (address: string) => Refusal | undefined;
  /** Awaited before a mail is taken; what it gives is the answer in place of 250. */
  readonly before?: (raw: string) => Promise<Refusal | undefined>;
}

/** A mail server whose every answer is the test's, and which counts what it took. */
export class TestSmtp {
  readonly delivered: Delivered[] = [];
  options: SmtpOptions;
  port = 0;
  #server?: SMTPServer;

  private constructor(options: SmtpOptions) {
    this.options = options;
  }

  static async start(options: SmtpOptions = {}): Promise<TestSmtp> {
    const smtp = new TestSmtp(options);
    await smtp.start();
    return smtp;
  }

  get environment(): Record<string, string> {
    return { MAIL_HOST: "127.0.0.1", MAIL_PORT: String(this.port) };
  }

  /** Again on the port it had. */
  async start(): Promise<void> {
    const { refuse: _, before: __, ...options } = this.options;
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ["STARTTLS"],
      logger: false,
      ...options,
      onRcptTo: ({ address }, _session, done) => {
        const refusal = this.options.refuse?.(address);
        done(refusal && toError(refusal));
      },
      onData: (stream, { envelope }, done) => {
        const take = async () => {
          const raw = await text(stream);
          const refusal = await this.options.before?.(raw);
          if (refusal !== undefined) throw toError(refusal);
          const from = envelope.mailFrom === false ? "" : envelope.mailFrom.address;
          const to = envelope.rcptTo.map(({ address }) => address);
          this.delivered.push({ from, to, mail: await PostalMime.parse(raw), raw });
        };
        take().then(() => done(), done);
      },
    });
    server.on("error", () => {});
    server.listen(this.port, "127.0.0.1");
    await once(server.server, "listening");
    this.port = (server.server.address() as AddressInfo).port;
    this.#server = server;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
}

const toError = ({ code, message }: Refusal): Error => Object.assign(new Error(message), { responseCode: code });

async function text(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
