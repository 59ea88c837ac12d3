interface ChipsProps<T> {
  readonly legend: string;
  readonly all: readonly T[];
  readonly chosen: readonly unknown[];
  says(choice: T): string;
  toggle(choice: T): void;
}

/** Several of several: check boxes that look like one row. */
export function Chips<T extends string | number>({ legend, all, chosen, says, toggle }: ChipsProps<T>) {
  return (
    <fieldset class="chips">
      <legend>{legend}</legend>
      {all.map((choice) => (
        <label key={choice} class="chip">
          <input type="checkbox" checked={chosen.includes(choice)} onChange={() => toggle(choice)} />
          {says(choice)}
        </label>
      ))}
    </fieldset>
  );
}
