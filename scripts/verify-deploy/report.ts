import { writeFileSync } from "node:fs";

/** Tells, while it goes on, what is proved and what cannot be; and keeps it. */
export class Report {
  readonly #lines: string[] = [];
  readonly #begun = performance.now();

  /** @param parts those that are proved; none is all */
  constructor(parts: readonly string[]) {
    this.#say(["npm run verify:deploy", ...(parts.length > 0 ? ["--", ...parts] : [])].join(" "));
  }

  heading(text: string): void {
    this.#say(`\n${text}`);
  }
  proved(text: string): void {
    this.#say(`  ok    ${text}`);
  }
  notProved(text: string): void {
    this.#say(`  open  ${text}`);
  }
  note(text: string): void {
    this.#say(`        ${text}`);
  }
  /** For who waits; not kept. */
  progress(text: string): void {
    console.log(`  ...   ${text} (${this.#seconds()} s)`);
  }

  end(): void {
    this.#say(`\n${this.#seconds()} s in all.`);
  }

  write(file: string): void {
    writeFileSync(file, `${this.#lines.join("\n")}\n`);
  }

  #seconds(): number {
    return Math.round((performance.now() - this.#begun) / 1_000);
  }
  #say(line: string): void {
    this.#lines.push(line);
    console.log(line);
  }
}
