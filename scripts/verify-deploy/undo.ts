type Step = () => Promise<unknown> | unknown;

/** What must be ended, whatever happens, told before it is begun: the last first. What has not come to be is no trouble to a step. */
export class Undo {
  readonly #steps: { readonly what: string; readonly step: Step }[] = [];

  add(what: string, step: Step): void {
    this.#steps.push({ what, step });
  }

  async all(): Promise<void> {
    for (const { what, step } of this.#steps.reverse()) {
      try {
        await step();
      } catch (error) {
        console.error(`could not undo ${what}: ${error instanceof Error ? error.message : error}`);
      }
    }
  }
}
