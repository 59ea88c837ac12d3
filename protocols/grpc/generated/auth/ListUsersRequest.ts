// Original file: protocols/grpc/proto/auth.proto


export interface ListUsersRequest {
  'q'?: (string);
  'page'?: (number);
  'pageSize'?: (number);
  '_q'?: "q";
  '_page'?: "page";
  '_pageSize'?: "pageSize";
}

export interface ListUsersRequest__Output {
  'q'?: (string);
  'page'?: (number);
  'pageSize'?: (number);
}
