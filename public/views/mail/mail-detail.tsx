import { Dialog } from "../../components/dialog.tsx";
import { exactTime } from "../../lib/format.ts";
import { type Mail, statusTone } from "./mail.ts";

interface MailDetailProps {
  readonly mail: Mail;
  readonly isBusy: boolean;
  resend(): void;
  close(): void;
}

export function MailDetail({ mail, isBusy, resend, close }: MailDetailProps) {
  const facts = [
    ["From", mail.from],
    ["To", mail.to],
    ["Template", mail.template],
    ["Attempts", String(mail.attempts)],
    ["Accepted", exactTime(mail.created_at)],
    ["Delivered", mail.sent_at && exactTime(mail.sent_at)],
    ["Mail", mail.id],
  ].filter(([, value]) => value !== undefined && value !== null);
  return (
    <Dialog title={mail.subject || "(no subject)"} close={close}>
      <p>
        <span class={`badge ${statusTone[mail.status]}`}>{mail.status}</span>
        {mail.reason && <span class="bad-text"> {mail.reason}</span>}
      </p>
      <dl class="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {mail.status === "failed" && (
        <div class="actions end">
          <button type="button" class="primary" disabled={isBusy} onClick={resend}>
            Send again
          </button>
        </div>
      )}
    </Dialog>
  );
}
