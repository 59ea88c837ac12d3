import { invalidField } from "../../errors/index.ts";
import type { Attachment, SendParams } from "./mail.ts";
import { oneLine } from "./one-line.ts";

export const MAX_ATTACHMENTS = 10;

const base64 = /^[A-Za-z0-9+/]*={0,2}$/;
const mediaType = /^[\w!#$&^.+-]{1,127}\/[\w!#$&^.+-]{1,127}$/;

/**
 * Contents come as base64 only: a path or an address in their place would have the mailer read what the caller may not.
 * @param limit all of them together, bytes
 * @throws CodedError VALIDATION_FAILED that names the field
 */
export function toAttachments(given: SendParams["attachments"] = [], limit: number): Attachment[] {
  const attachments = given.map(({ filename, content, contentType }, index) => {
    const field = (name: string) => `attachments[${index}].${name}`;
    oneLine(field("filename"), filename);
    if (/[/\\]/.test(filename)) throw invalidField(field("filename"), "must be a name without folders.");
    if (contentType !== undefined && !mediaType.test(contentType)) {
      throw invalidField(field("contentType"), "must be a media type such as text/plain.");
    }
    if (content.length % 4 !== 0 || !base64.test(content)) throw invalidField(field("content"), "must be base64.");
    return { filename, content_type: contentType, size: Buffer.byteLength(content, "base64"), content };
  });
  const total = attachments.reduce((sum, { size }) => sum + size, 0);
  if (total > limit) throw invalidField("attachments", `have ${total} bytes together, the most is ${limit}.`);
  return attachments;
}

/** What is remembered of them when they are sent. */
export const withoutContents = (attachments: readonly Attachment[]): Attachment[] =>
  attachments.map(({ content: _, ...attachment }) => attachment);
