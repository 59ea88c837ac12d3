// Original file: protocols/grpc/proto/mail.proto

import type { Struct as _google_protobuf_Struct, Struct__Output as _google_protobuf_Struct__Output } from '../google/protobuf/Struct.ts';
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
  'variables'?: (_google_protobuf_Struct | null);
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
  'variables': (_google_protobuf_Struct__Output | null);
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
