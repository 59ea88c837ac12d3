// Original file: protocols/grpc/proto/mail.proto

import type { AttachedFile as _mail_AttachedFile, AttachedFile__Output as _mail_AttachedFile__Output } from '../mail/AttachedFile.ts';

/**
 * A row, and the mail as it looks.
 */
export interface Mail {
  'id'?: (string);
  'from'?: (string);
  'to'?: (string);
  'subject'?: (string);
  'template'?: (string);
  'status'?: (string);
  'attempts'?: (number);
  'reason'?: (string);
  'created_at'?: (string);
  'sent_at'?: (string);
  'html'?: (string);
  'text'?: (string);
  'attachments'?: (_mail_AttachedFile)[];
  '_reason'?: "reason";
  '_created_at'?: "created_at";
  '_sent_at'?: "sent_at";
}

/**
 * A row, and the mail as it looks.
 */
export interface Mail__Output {
  'id': (string);
  'from': (string);
  'to': (string);
  'subject': (string);
  'template': (string);
  'status': (string);
  'attempts': (number);
  'reason'?: (string);
  'created_at'?: (string);
  'sent_at'?: (string);
  'html': (string);
  'text': (string);
  'attachments': (_mail_AttachedFile__Output)[];
}
