type Step = () => Promise<unknown> | unknown;

/** What has been begun and must be ended, whatever happens: the last first. */
export class Undo {
  readonly #steps: { readonly what: string; readonly step: Step }[] = [];
  #undoing?: Promise<void>;

  add(what: string, step: Step): void {
    this.#steps.push({ what, step });
  }

  all(): Promise<void> {
    this.#undoing ??= this.#all();
    return this.#undoing;
  }

  async #all(): Promise<void> {
    for (const { what, step } of this.#steps.reverse()) {
      try {
        await step();
      } catch (error) {
        console.error(`could not undo ${what}: ${error instanceof Error ? error.message : error}`);
      }
    }
  }
}
