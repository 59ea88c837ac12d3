export interface JsonToken {
  readonly kind: "key" | "string" | "number" | "word" | "plain";
  readonly text: string;
}

const pattern = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|\b(true|false|null)\b/g;

/** Cuts JSON text for colouring; the tokens together are the text. */
export function jsonTokens(text: string): JsonToken[] {
  const tokens: JsonToken[] = [];
  let end = 0;
  const plain = (until: number) => until > end && tokens.push({ kind: "plain", text: text.slice(end, until) });
  for (const match of text.matchAll(pattern)) {
    const [whole, string, colon, number] = match;
    plain(match.index);
    const kind =
      string === undefined ? (number === undefined ? "word" : "number") : colon === undefined ? "string" : "key";
    tokens.push({ kind, text: string ?? whole });
    end = match.index + (string ?? whole).length;
  }
  plain(text.length);
  return tokens;
}
