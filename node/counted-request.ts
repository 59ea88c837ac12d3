/** Counts the calls of one request, by its id: others may call the same node at the same time. */
export class CountedRequest {
  #id?: string;
  calls = 0;

  watch(id: string): void {
    if (id === this.#id) return;
    this.#id = id;
    this.calls = 0;
  }

  served(id: string | null): void {
    if (id === this.#id) this.calls++;
  }
}
