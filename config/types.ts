/** The value of a variable, read from text. Throws an `Expected` that says what was wanted. */
export type Parse<T> = (text: string) => T;

export class Expected extends Error {}

export const text: Parse<string> = (value) => value;

export const integer =
  (min: number, max: number): Parse<number> =>
  (value) => {
    const parsed = Number(value);
    if (!/^-?\d+$/.test(value.trim()) || parsed < min || parsed > max) {
      throw new Expected(`a whole number from ${min} to ${max}`);
    }
    return parsed;
  };

/** 0 asks the system for a free port. */
export const port = integer(0, 65_535);

export const boolean: Parse<boolean> = (value) => {
  if (/^(true|1|yes|on)$/i.test(value)) return true;
  if (/^(false|0|no|off)$/i.test(value)) return false;
  throw new Expected("true or false");
};

export const oneOf =
  <const T extends string>(...choices: readonly T[]): Parse<T> =>
  (value) => {
    const found = choices.find((choice) => choice.toLowerCase() === value.toLowerCase());
    if (found === undefined) throw new Expected(`one of ${choices.join(", ")}`);
    return found;
  };

export const list: Parse<readonly string[]> = (value) =>
  value
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");

/** `1000,5000`: none to ten waits, each up to a day. */
export const milliseconds: Parse<readonly number[]> = (value) => {
  const waits = list(value).map(Number);
  if (waits.length > 10 || !waits.every((wait) => Number.isInteger(wait) && wait > 0 && wait <= 86_400_000)) {
    throw new Expected("up to ten whole numbers of milliseconds, comma-separated, none above 86400000");
  }
  return waits;
};

export const url =
  (...protocols: readonly string[]): Parse<string> =>
  (value) => {
    const expected = `a URL that begins with ${protocols.map((protocol) => `${protocol}://`).join(" or ")}`;
    if (!URL.canParse(value)) throw new Expected(expected);
    if (!protocols.includes(new URL(value).protocol.slice(0, -1))) throw new Expected(expected);
    return value;
  };
