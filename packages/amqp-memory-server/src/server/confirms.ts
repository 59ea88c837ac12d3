type Send = (name: "basic.ack" | "basic.nack", deliveryTag: number, multiple: boolean) => void;

/** Publisher confirms of a channel: acknowledgements in a row leave as one, at the end of what was read together. */
export class Confirms {
  #published = 0;
  #acknowledged = 0;
  #from = 0;
  readonly #send: Send;

  constructor(send: Send) {
    this.#send = send;
  }

  /** The next message is taken care of, or refused. */
  settle(accepted: boolean): void {
    const tag = ++this.#published;
    if (accepted) {
      this.#acknowledged = tag;
      return;
    }
    this.flush();
    this.#send("basic.nack", tag, false);
    this.#from = tag;
  }

  flush(): void {
    if (this.#acknowledged <= this.#from) return;
    this.#send("basic.ack", this.#acknowledged, this.#acknowledged > this.#from + 1);
    this.#from = this.#acknowledged;
  }
}
