// Original file: protocols/grpc/proto/mail.proto


export interface MailRow {
  'id'?: (string);
  'from'?: (string);
  'to'?: (string);
  'subject'?: (string);
  'template'?: (string);
  'status'?: (string);
  'attempts'?: (number);
  'reason'?: (string);
  /**
   * ISO 8601, UTC.
   */
  'created_at'?: (string);
  'sent_at'?: (string);
  '_reason'?: "reason";
  '_created_at'?: "created_at";
  '_sent_at'?: "sent_at";
}

export interface MailRow__Output {
  'id': (string);
  'from': (string);
  'to': (string);
  'subject': (string);
  'template': (string);
  'status': (string);
  'attempts': (number);
  'reason'?: (string);
  /**
   * ISO 8601, UTC.
   */
  'created_at'?: (string);
  'sent_at'?: (string);
}
