import { jsonTokens } from "../lib/json-tokens.ts";
import { Block } from "./block.tsx";

/** A value as indented JSON in colours. */
export function Json({ value, label }: { value: unknown; label: string }) {
  return (
    <Block label={label}>
      {jsonTokens(JSON.stringify(value, null, 2) ?? "").map(({ kind, text }, place) =>
        kind === "plain" ? (
          text
        ) : (
          <span key={place} class={`json-${kind}`}>
            {text}
          </span>
        ),
      )}
    </Block>
  );
}
