// Original file: protocols/grpc/proto/mail.proto


export interface ListRequest {
  'status'?: (string);
  'page'?: (number);
  'pageSize'?: (number);
  '_status'?: "status";
  '_page'?: "page";
  '_pageSize'?: "pageSize";
}

export interface ListRequest__Output {
  'status'?: (string);
  'page'?: (number);
  'pageSize'?: (number);
}
