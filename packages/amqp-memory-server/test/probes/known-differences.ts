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
  {
    story: "what the protocol has and RabbitMQ does not do",
    steps: ["tx.commit without select", "tx.rollback without select"],
    reason: "no method of the class tx is implemented",
  },
  {
    story: "clients of the version before are let in by their own header",
    reason: "0-9-1 alone is spoken; others are told so by its header, as the specification has it",
  },
  {
    story: "methods nobody knows, or not for a server, end the connection",
    steps: ["unknown class", "unknown method", "unknown method on channel 0"],
    reason: "RabbitMQ's reader crashes and hangs up without a word; here the client is told 540",
  },
  {
    story: "methods with broken arguments end the connection",
    steps: ["table with an unknown type", "table with a cut value"],
    reason: "RabbitMQ's reader crashes and hangs up without a word; here the client is told 501",
  },
  {
    story: "content out of order ends the connection",
    steps: ["properties cut short"],
    reason: "RabbitMQ crashes with 541; here it is the client's syntax error, 502",
  },
];
