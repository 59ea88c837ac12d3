/** What this server does otherwise than RabbitMQ, on purpose. Without steps the whole probe differs. */
export interface Difference {
  story: string;
  steps?: string[];
  reason: string;
}

export const knownDifferences: Difference[] = [
  {
    story: "tx is a mode of its own",
    reason: "transactions are not implemented; publisher confirms do their work, and a silent half would be worse",
  },
  {
    story: "streams are a kind of queue",
    reason: "streams are not implemented; a stream that forgets on restart and cannot be replayed is none",
  },
];
