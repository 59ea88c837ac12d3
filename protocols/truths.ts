/** What stands for a truth, as the validation converts it. */
const truths: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  [true, true],
  [1, true],
  ["true", true],
  ["1", true],
  ["on", true],
  [false, false],
  [0, false],
  ["false", false],
  ["0", false],
  ["off", false],
]);

export const truthOf = (given: unknown): boolean | undefined => truths.get(given);
