import { Time } from "../../components/time.tsx";
import { type Mail, statusTone } from "./mail.ts";

interface MailTableProps {
  readonly rows: readonly Mail[];
  readonly isBusy: boolean;
  open(mail: Mail): void;
  resend(mail: Mail): void;
}

export function MailTable({ rows, isBusy, open, resend }: MailTableProps) {
  return (
    <table class="rows mail-rows">
      <caption class="hidden">Mails</caption>
      <thead>
        <tr>
          <th scope="col">Time</th>
          <th scope="col">Status</th>
          <th scope="col">Subject</th>
          <th scope="col">To</th>
          <th scope="col">Attempts</th>
          <td />
        </tr>
      </thead>
      <tbody>
        {rows.map((mail) => (
          <tr key={mail.id}>
            <td class="when">
              <Time iso={mail.created_at} />
            </td>
            <td>
              <span class={`badge ${statusTone[mail.status]}`}>{mail.status}</span>
            </td>
            <th scope="row">
              <button type="button" class="link" onClick={() => open(mail)}>
                {mail.subject || "(no subject)"}
              </button>
              {mail.reason && <span class="fine bad-text block">{mail.reason}</span>}
            </th>
            <td>{mail.to}</td>
            <td data-label="attempts">{mail.attempts}</td>
            <td class="row-end">
              {mail.status === "failed" && (
                <button type="button" disabled={isBusy} onClick={() => resend(mail)}>
                  Send again
                </button>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
