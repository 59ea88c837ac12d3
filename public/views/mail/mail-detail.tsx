import { call } from "../../api/gateway.ts";
import { Dialog } from "../../components/dialog.tsx";
import { Facts } from "../../components/facts.tsx";
import { FailureNotice, Waiting } from "../../components/notice.tsx";
import { Time } from "../../components/time.tsx";
import { plural } from "../../lib/format.ts";
import { useLoading } from "../../lib/loading.ts";
import { type Mail, type MailInFull, statusTone } from "./mail.ts";
import { MailParts } from "./mail-parts.tsx";

interface MailDetailProps {
  readonly mail: Mail;
  readonly isBusy: boolean;
  resend(): void;
  close(): void;
}

export function MailDetail({ mail, isBusy, resend, close }: MailDetailProps) {
  const whole = useLoading(mail.id, (signal) =>
    call<MailInFull>("GET", `/mails/${encodeURIComponent(mail.id)}`, undefined, signal),
  );
  const attachments = whole.value?.attachments ?? [];
  const facts = {
    From: mail.from,
    To: mail.to,
    Template: mail.template,
    Attempts: String(mail.attempts),
    Accepted: <Time iso={mail.created_at} />,
    Delivered: mail.sent_at && <Time iso={mail.sent_at} />,
    Attached: attachments.map(({ filename, size }) => `${filename} (${plural(size, "byte")})`).join(", "),
    Mail: mail.id,
  };
  return (
    <Dialog title={mail.subject || "(no subject)"} close={close}>
      <p>
        <span class={`badge ${statusTone[mail.status]}`}>{mail.status}</span>
        {mail.reason && <span class="bad-text"> {mail.reason}</span>}
      </p>
      <Facts facts={facts} />
      {whole.failure && <FailureNotice failure={whole.failure} again={whole.again} />}
      {whole.isLoading && <Waiting what="the mail" />}
      {whole.value && <MailParts {...whole.value} />}
      {/* After the mail's frame: a dialog that ends with one keeps the Tab key from coming round. */}
      <div class="actions end">
        {mail.status === "failed" && (
          <button type="button" class="primary" disabled={isBusy} onClick={resend}>
            Send again
          </button>
        )}
        <button type="button" onClick={close}>
          Close
        </button>
      </div>
    </Dialog>
  );
}
