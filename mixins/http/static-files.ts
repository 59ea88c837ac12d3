import sirv from "sirv";
import type { Exchange } from "../http-edge.ts";

/** esbuild's names carry a hash of the content: what is under such a name never changes. */
const hashed = /-[A-Z0-9]{8}\.\w+$/;

/** Built files, each with what was compressed of it beforehand. */
export class StaticFiles {
  readonly #serve: ReturnType<typeof sirv>;

  /** @param mayChange the disk is looked at each time: the files may be built anew */
  constructor(directory: string, mayChange: boolean) {
    this.#serve = sirv(directory, { etag: true, gzip: true, brotli: true, dev: mayChange });
  }

  /**
   * Hashed files are kept for a year and not asked for again; the others are asked for each time and answered 304.
   * @param path the file's in the directory
   * @returns false when there is no such file
   */
  async send({ request, response }: Exchange, path: string): Promise<boolean> {
    response.setHeader("Cache-Control", hashed.test(path) ? "public, max-age=31536000, immutable" : "no-cache");
    response.setHeader("Vary", "Accept-Encoding");
    request.headers["accept-encoding"] = acceptedEncodings(request.headers["accept-encoding"]);
    delete request.headers.range; // Small files, served whole.
    const { url } = request;
    request.url = path;
    const sent = await new Promise<boolean>((resolve) => {
      response.once("close", () => resolve(true));
      this.#serve(request, response, () => resolve(false));
    });
    request.url = url;
    if (!sent) response.setHeader("Cache-Control", "no-cache");
    return sent;
  }
}

/** The encodings a client takes, without those it refuses (`br;q=0`). */
function acceptedEncodings(header: string | undefined): string {
  const encodings = (header ?? "").split(",").map((part) => part.trim().toLowerCase());
  return encodings.filter((encoding) => !/;\s*q=0(\.0*)?$/.test(encoding)).join(", ");
}
