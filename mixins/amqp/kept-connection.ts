import { type ChannelModel, type ConfirmChannel, connect, type RecoveringChannelModel } from "amqplib";
import type { Logger } from "moleculer";
import { CodedError } from "../../errors/index.ts";
import { SocketBytes } from "../../node/socket-bytes.ts";
import { tendSocket } from "./socket.ts";

interface KeptConnectionOptions {
  readonly url: string;
  /** Shown in the broker's list of connections, and in the log. */
  readonly name: string;
  readonly logger: Logger;
  /**
   * Called with a new channel whenever there is a new connection; when it rejects, it is tried again.
   * `startOver` drops the connection for the next one, for what only a new channel mends.
   */
  readonly setUp: (channel: ConfirmChannel, startOver: () => void) => Promise<void>;
  /** Called when the connection is gone and the channel with it. */
  readonly lost: () => void;
}

/** One connection to the message broker with one channel, opened in the background and opened again when it is lost. */
export class KeptConnection {
  readonly #options: KeptConnectionOptions;
  #connection?: RecoveringChannelModel;
  /** Of all its sockets, with the protocol's own frames. */
  readonly bytes = new SocketBytes();
  /** Why it cannot be used; empty when it can. */
  #state = "not connected yet";
  /** Resolves when the first try to connect has ended, one way or the other. */
  readonly tried: Promise<void>;
  #triedOnce: () => void = () => {};

  constructor(options: KeptConnectionOptions) {
    this.#options = options;
    this.tried = new Promise((resolve) => {
      this.#triedOnce = resolve;
    });
  }

  /** Returns at once; the connection is tried for, and tried for again, in the background. */
  async open(): Promise<void> {
    const { logger, name, url } = this.#options;
    const broker = `Message broker (${name})`;
    const connection = await connect(url, {
      noDelay: true,
      timeout: 5_000,
      clientProperties: { connection_name: name },
      recovery: {
        waitForConnect: false,
        initialDelay: 200,
        maxDelay: 5_000,
        setup: (model: ChannelModel) => this.#setUp(model),
      },
    } as Parameters<typeof connect>[1] & { recovery: object });
    this.#connection = connection as unknown as RecoveringChannelModel;
    this.#connection
      .on("connect", () => logger.info(`${broker}: connected`))
      .once("connect", this.#triedOnce)
      .once("connect-failed", this.#triedOnce)
      .on("disconnect", (error: Error) => this.#lost(error))
      .on("blocked", (why: string) => {
        this.#state = `it takes no messages for now: ${why}`;
        logger.warn(`${broker}: ${this.#state}`);
      })
      .on("unblocked", () => {
        this.#state = "";
      })
      .on("reconnect-scheduled", ({ attempt, delay, error }: { attempt: number; delay: number; error: Error }) => {
        this.#state = reason(error);
        logger.warn(`${broker}: ${this.#state}; attempt ${attempt + 1} in ${delay} ms`);
      })
      .on("error", (error: Error) => logger.debug(`${broker}:`, error.message));
  }

  /** Why the broker cannot be used now; undefined when it can. */
  get trouble(): string | undefined {
    return this.#state === "" ? undefined : this.#state;
  }

  check(): void {
    if (this.#state !== "") throw new Error(this.#state);
  }

  /**
   * A channel for one piece of work; what it took and did not acknowledge returns to its queue.
   * @throws CodedError DEPENDENCY_UNAVAILABLE while the broker is away, or when it left meanwhile
   */
  async withChannel<T>(work: (channel: ConfirmChannel) => Promise<T>): Promise<T> {
    if (this.#connection === undefined || this.#state !== "") throw away(this.#state);
    const channel = await this.#connection.createConfirmChannel();
    channel.on("error", () => {}); // The work meets it too.
    try {
      return await work(channel);
    } catch (error) {
      throw error instanceof CodedError ? error : away(error instanceof Error ? error.message : "", error);
    } finally {
      await channel.close().catch(() => undefined); // It may be gone, and its messages back.
    }
  }

  async close(): Promise<void> {
    this.#state = "it was closed";
    this.#triedOnce();
    await this.#connection?.close();
  }

  async #setUp(model: ChannelModel): Promise<void> {
    const { logger, name, setUp } = this.#options;
    model.on("error", () => {}); // Told as "disconnect"; without a listener it would end the process.
    tendSocket(model, this.bytes);
    const channel = await model.createConfirmChannel();
    // A channel that the broker closed takes the connection with it, so that both come back together.
    const startOver = () => void model.close().catch(() => {});
    channel.on("error", (error: Error) => logger.warn(`Message broker (${name}): ${error.message}`));
    channel.on("close", startOver);
    await setUp(channel, startOver);
    this.#state = "";
  }

  #lost(error: Error): void {
    this.#state = reason(error);
    this.#options.lost();
  }
}

const reason = (error: Error & { code?: string }): string => error.message || error.code || error.name;

const away = (why: string, cause?: unknown): CodedError =>
  new CodedError("DEPENDENCY_UNAVAILABLE", `the message broker is away: ${why}`, { cause });
