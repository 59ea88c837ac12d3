// Original file: protocols/grpc/proto/auth.proto


export interface UpdateUserRequest {
  'id'?: (number);
  'email'?: (string);
  'first_name'?: (string);
  'last_name'?: (string);
  'active'?: (boolean);
  '_email'?: "email";
  '_first_name'?: "first_name";
  '_last_name'?: "last_name";
  '_active'?: "active";
}

export interface UpdateUserRequest__Output {
  'id': (number);
  'email'?: (string);
  'first_name'?: (string);
  'last_name'?: (string);
  'active'?: (boolean);
}
