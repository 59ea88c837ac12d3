import { protocols } from "../../../protocols/protocol.ts";
import { protocolNames, textOver } from "./requests.ts";

/** Which protocol the gateway takes, as "via" in the payload says it: one can be seen in the other. */
export function Over({ payload, change }: { payload?: object; change(text: string): void }) {
  const { via = "" } = (payload ?? {}) as { via?: unknown };
  return (
    <label class="inline">
      over
      <select
        value={String(via)}
        disabled={payload === undefined}
        onChange={(event) => payload !== undefined && change(textOver(payload, event.currentTarget.value))}
      >
        <option value="">its usual protocol</option>
        {protocols.map((protocol) => (
          <option key={protocol} value={protocol}>
            {protocolNames[protocol]}
          </option>
        ))}
      </select>
    </label>
  );
}
