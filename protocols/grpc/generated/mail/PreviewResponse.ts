// Original file: protocols/grpc/proto/mail.proto


export interface PreviewResponse {
  'subject'?: (string);
  'html'?: (string);
  'text'?: (string);
}

export interface PreviewResponse__Output {
  'subject': (string);
  'html': (string);
  'text': (string);
}
