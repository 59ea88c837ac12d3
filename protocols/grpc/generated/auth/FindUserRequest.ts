// Original file: protocols/grpc/proto/auth.proto


export interface FindUserRequest {
  'id'?: (number);
  'email'?: (string);
  '_id'?: "id";
  '_email'?: "email";
}

export interface FindUserRequest__Output {
  'id'?: (number);
  'email'?: (string);
}
