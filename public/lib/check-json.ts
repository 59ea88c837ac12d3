export type Checked =
  | { readonly isValid: true; readonly value: unknown }
  | { readonly isValid: false; readonly problem: string };

/** Reads a payload as the gateway will: nothing at all, or one JSON object. Says where it goes wrong. */
export function checkJson(text: string): Checked {
  if (text.trim() === "") return { isValid: true, value: undefined };
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return { isValid: false, problem: 'The payload must be one JSON object, such as {"action": "log"}.' };
    }
    return { isValid: true, value };
  } catch (error) {
    return { isValid: false, problem: readable(error instanceof Error ? error.message : String(error), text) };
  }
}

/** Engines word it differently; the line is what a person needs. */
function readable(message: string, text: string): string {
  const position = /position (\d+)/.exec(message)?.[1];
  const atEnd = /end of (JSON|data)/i.test(message);
  const line = /line (\d+)/.exec(message)?.[1] ?? lineOf(text, position === undefined ? undefined : Number(position));
  const what = atEnd ? "it ends too early" : (message.split(/ in JSON| at position| \(line/)[0] ?? message);
  return `Not JSON: ${what}${line === undefined || atEnd ? "" : `, line ${line}`}.`;
}

const lineOf = (text: string, position: number | undefined): number | undefined =>
  position === undefined ? undefined : text.slice(0, position).split("\n").length;
