// Original file: protocols/grpc/proto/mail.proto


export interface MailId {
  'id'?: (string);
}

export interface MailId__Output {
  'id': (string);
}
