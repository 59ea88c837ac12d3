// Original file: protocols/grpc/proto/mail.proto

import type { Value as _mail_Value, Value__Output as _mail_Value__Output } from '../mail/Value.ts';
import type { Attachment as _mail_Attachment, Attachment__Output as _mail_Attachment__Output } from '../mail/Attachment.ts';

export interface SendRequest {
  'from'?: (string);
  /**
   * Addresses; one text may hold several, comma-separated.
   */
  'to'?: (string)[];
  'subject'?: (string);
  'message'?: (string);
  'template'?: (string);
  'variables'?: ({[key: string]: _mail_Value});
  'attachments'?: (_mail_Attachment)[];
  /**
   * What is sent twice under one id is sent once.
   */
  'id'?: (string);
  /**
   * false: answer when the mail is kept, not when it was tried.
   */
  'wait'?: (boolean);
  '_from'?: "from";
  '_subject'?: "subject";
  '_message'?: "message";
  '_template'?: "template";
  '_id'?: "id";
  '_wait'?: "wait";
}

export interface SendRequest__Output {
  'from'?: (string);
  /**
   * Addresses; one text may hold several, comma-separated.
   */
  'to': (string)[];
  'subject'?: (string);
  'message'?: (string);
  'template'?: (string);
  'variables': ({[key: string]: _mail_Value__Output});
  'attachments': (_mail_Attachment__Output)[];
  /**
   * What is sent twice under one id is sent once.
   */
  'id'?: (string);
  /**
   * false: answer when the mail is kept, not when it was tried.
   */
  'wait'?: (boolean);
}
