/** esbuild's names carry a hash of the content: what is under such a name never changes. */
const hashed = /-[A-Z0-9]{8}\.\w+$/;

/** Hashed files are kept for a year and not asked for again; the others are asked for each time and answered 304. */
export const cacheControl = (path: string): string =>
  hashed.test(path) ? "public, max-age=31536000, immutable" : "no-cache";

/** The encodings a client takes, without those it refuses (`br;q=0`). */
export function acceptedEncodings(header: string | undefined): string {
  const encodings = (header ?? "").split(",").map((part) => part.trim().toLowerCase());
  return encodings.filter((encoding) => !/;\s*q=0(\.0*)?$/.test(encoding)).join(", ");
}
