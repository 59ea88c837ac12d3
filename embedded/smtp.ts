import { once } from "node:events";
import { join } from "node:path";
import PostalMime from "postal-mime";
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from "smtp-server";
import { mailView } from "./mail-view.ts";
import { Mailbox } from "./mailbox.ts";
import type { Place, Running } from "./stand-in.ts";

/** The largest mail it takes, bytes. */
const MAX_SIZE = 10 << 20;

/** Takes every mail and sends none on; shows them on a port of its own. */
export async function startSmtp({ dataDir, host, ports: [port, viewPort] }: Place): Promise<Running> {
  const mailbox = await Mailbox.open(join(dataDir, "mail"));
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS", "AUTH"],
    size: MAX_SIZE,
    logger: false,
    onData: (stream, session, done) => {
      receive(stream, session, mailbox).then(() => done(), done);
    },
  });
  smtp.on("error", () => {}); // A client that breaks off is its own affair.
  const view = mailView(mailbox);
  smtp.listen(port, host);
  view.listen(viewPort, host);
  await Promise.all([once(smtp.server, "listening"), once(view, "listening")]);
  return {
    async stop() {
      await Promise.all([
        new Promise<void>((resolve) => smtp.close(() => resolve())),
        new Promise<void>((resolve) => view.close(() => resolve())),
      ]);
    },
  };
}

async function receive(stream: SMTPServerDataStream, session: SMTPServerSession, mailbox: Mailbox): Promise<void> {
  const mail = await PostalMime.parse(await read(stream));
  await mailbox.add({
    from: mail.from?.address ?? "",
    to: session.envelope.rcptTo.map(({ address }) => address),
    subject: mail.subject ?? "",
    text: mail.text ?? "",
    html: mail.html ?? "",
    messageId: mail.messageId ?? "",
    attachments: mail.attachments.map(({ filename, mimeType, content }) => ({
      filename: filename ?? "",
      mimeType,
      size: typeof content === "string" ? Buffer.byteLength(content) : content.byteLength,
    })),
  });
}

/** To its end also when it is too large: an answer in the midst of it would not be understood. */
async function read(stream: SMTPServerDataStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) if (!stream.sizeExceeded) chunks.push(chunk);
  if (!stream.sizeExceeded) return Buffer.concat(chunks);
  throw Object.assign(new Error(`the mail is larger than ${MAX_SIZE} bytes`), { responseCode: 552 });
}
