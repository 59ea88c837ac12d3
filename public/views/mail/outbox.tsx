import { useState } from "preact/hooks";
import { call } from "../../api/gateway.ts";
import { Empty, FailureNotice, Waiting } from "../../components/notice.tsx";
import { type Page, Pager } from "../../components/pager.tsx";
import { useDoing } from "../../lib/doing.ts";
import { useLoading } from "../../lib/loading.ts";
import { hashOf } from "../../lib/route.ts";
import { type Mail, statuses } from "./mail.ts";
import { MailDetail } from "./mail-detail.tsx";
import { MailTable } from "./mail-table.tsx";

const PAGE_SIZE = 20;

export function Outbox({ query }: { query: URLSearchParams }) {
  const status = query.get("status") ?? "";
  const page = query.get("page") ?? "1";
  const params = new URLSearchParams({ page, pageSize: String(PAGE_SIZE), ...(status === "" ? {} : { status }) });
  const list = useLoading(params.toString(), (signal) =>
    call<Page<Mail>>("GET", `/mails?${params}`, undefined, signal),
  );
  const doing = useDoing();
  const [opened, open] = useState<Mail>();
  const resend = (mail: Mail) =>
    doing.run(async () => {
      await call("POST", `/mails/${encodeURIComponent(mail.id)}/resend`);
      open(undefined);
      list.again();
    });
  const { value, failure } = list;
  return (
    <>
      <div class="bar">
        <label class="inline">
          Status
          <select
            value={status}
            onChange={(event) => (location.hash = hashOf("mail", { status: event.currentTarget.value }))}
          >
            <option value="">any</option>
            {statuses.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <button type="button" disabled={list.isLoading} onClick={list.again}>
          Load anew
        </button>
      </div>
      {failure && <FailureNotice failure={failure} again={list.again} />}
      {doing.failure && <FailureNotice failure={doing.failure} />}
      {!value && list.isLoading && <Waiting what="the mails" />}
      {value?.rows.length === 0 && (
        <Empty title={status === "" ? "No mail yet" : `No mail is ${status}`}>
          <a href="#/try">Send one</a>
        </Empty>
      )}
      {value && value.rows.length > 0 && (
        <div class="card flush" aria-busy={list.isLoading}>
          <MailTable rows={value.rows} isBusy={doing.isBusy} open={open} resend={resend} />
        </div>
      )}
      {value && (
        <Pager of={value} what="mail" goTo={(to) => (location.hash = hashOf("mail", { status, page: String(to) }))} />
      )}
      {opened && (
        <MailDetail mail={opened} isBusy={doing.isBusy} resend={() => resend(opened)} close={() => open(undefined)} />
      )}
    </>
  );
}
