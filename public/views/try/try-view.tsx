import { useState } from "preact/hooks";
import { pageConfig } from "../../api/config.ts";
import { type Exchange, exchange } from "../../api/gateway.ts";
import { Icon } from "../../components/icon.tsx";
import { checkJson } from "../../lib/check-json.ts";
import { useLoading } from "../../lib/loading.ts";
import { Editor } from "./editor.tsx";
import { Outcome } from "./outcome.tsx";
import { RequestList } from "./request-list.tsx";
import { requests, type TryRequest, textOf } from "./requests.ts";

const first = requests[0] as TryRequest;

/** Once it is known where the gateway is. */
function ApiLink() {
  const config = useLoading("config", pageConfig);
  if (config.value === undefined) return null;
  return (
    <a href={`${config.value.gatewayUrl}/docs`} target="_blank" rel="noreferrer">
      The whole API <Icon name="external" />
    </a>
  );
}

/** The test page: choose, look at what goes, send, look at what came. */
export function TryView() {
  const [chosen, choose] = useState(first);
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>({});
  const [outcomes, setOutcomes] = useState<Readonly<Record<string, Exchange>>>({});
  const [sending, setSending] = useState<string>();

  const textFor = (request: TryRequest) => texts[request.id] ?? textOf(request);
  const send = async (request: TryRequest) => {
    choose(request);
    const checked = checkJson(textFor(request));
    if (!checked.isValid || sending !== undefined) return;
    setSending(request.id);
    const outcome = await exchange("POST", request.path, checked.value);
    setOutcomes((before) => ({ ...before, [request.id]: outcome }));
    setSending(undefined);
  };

  return (
    <>
      <div class="intro">
        <h1 tabIndex={-1}>Try it</h1>
        <p class="muted">
          Six small services behind one gateway. Choose a request, change its payload if you like, and see which way it
          took. <ApiLink />
        </p>
      </div>
      <div class="try">
        <RequestList
          chosen={chosen}
          sending={sending}
          outcomes={outcomes}
          choose={choose}
          send={(request) => void send(request)}
        />
        <div class="try-work">
          <Editor
            key={chosen.id}
            request={chosen}
            text={textFor(chosen)}
            isSending={sending === chosen.id}
            change={(text) => setTexts({ ...texts, [chosen.id]: text })}
            send={() => void send(chosen)}
          />
          <Outcome request={chosen} outcome={outcomes[chosen.id]} isSending={sending === chosen.id} />
        </div>
      </div>
    </>
  );
}
