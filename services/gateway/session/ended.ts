/** The most that are remembered; beyond it the oldest is forgotten, whose token then lives to its end. */
const MAX_ENDED = 10_000;

/** Sessions that were signed out of before their tokens ended. */
export class EndedSessions {
  readonly #ended = new Map<string, number>();

  /** @param expires when the last token ends, seconds since 1970 */
  add(id: string, expires: number): void {
    const now = Date.now() / 1000;
    for (const [known, until] of this.#ended) {
      if (until > now && this.#ended.size < MAX_ENDED) break;
      this.#ended.delete(known);
    }
    this.#ended.set(id, expires);
  }

  has(id: string): boolean {
    return this.#ended.has(id);
  }
}
