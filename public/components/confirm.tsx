import type { ComponentChildren } from "preact";
import { useDoing } from "../lib/doing.ts";
import { Dialog } from "./dialog.tsx";
import { FailureNotice } from "./notice.tsx";

interface ConfirmProps {
  readonly title: string;
  readonly children: ComponentChildren;
  /** The deed by its name, on the button: "Delete entry", never "OK". */
  readonly deed: string;
  work(): Promise<unknown>;
  close(): void;
}

/** Asks before what cannot be undone, and stays open when it fails. */
export function Confirm({ title, children, deed, work, close }: ConfirmProps) {
  const doing = useDoing();
  return (
    <Dialog title={title} close={close}>
      <p>{children}</p>
      {doing.failure && <FailureNotice failure={doing.failure} />}
      <div class="actions end">
        <button type="button" onClick={close}>
          Keep
        </button>
        <button
          type="button"
          class="danger"
          disabled={doing.isBusy}
          onClick={() =>
            doing.run(async () => {
              await work();
              close();
            })
          }
        >
          {deed}
        </button>
      </div>
    </Dialog>
  );
}
