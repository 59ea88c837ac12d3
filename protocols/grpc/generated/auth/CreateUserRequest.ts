// Original file: protocols/grpc/proto/auth.proto


export interface CreateUserRequest {
  'email'?: (string);
  'password'?: (string);
  'first_name'?: (string);
  'last_name'?: (string);
  'active'?: (boolean);
  '_first_name'?: "first_name";
  '_last_name'?: "last_name";
  '_active'?: "active";
}

export interface CreateUserRequest__Output {
  'email': (string);
  'password': (string);
  'first_name'?: (string);
  'last_name'?: (string);
  'active'?: (boolean);
}
