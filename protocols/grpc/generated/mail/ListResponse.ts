// Original file: protocols/grpc/proto/mail.proto

import type { MailRow as _mail_MailRow, MailRow__Output as _mail_MailRow__Output } from '../mail/MailRow.ts';

export interface ListResponse {
  'rows'?: (_mail_MailRow)[];
  'total'?: (number);
  'page'?: (number);
  'pageSize'?: (number);
  'totalPages'?: (number);
}

export interface ListResponse__Output {
  'rows': (_mail_MailRow__Output)[];
  'total': (number);
  'page': (number);
  'pageSize': (number);
  'totalPages': (number);
}
