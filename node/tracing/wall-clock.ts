/** As far as the two clocks may be apart, ms: the wall's is set now and then, the other stands still while a laptop sleeps. */
const TOLERANCE = 20;

let offset = Date.now() - performance.now();

/** ms since 1970 with the fractions that spans need. */
export function now(): number {
  const wall = Date.now();
  if (Math.abs(wall - offset - performance.now()) > TOLERANCE) offset = wall - performance.now();
  return offset + performance.now();
}
