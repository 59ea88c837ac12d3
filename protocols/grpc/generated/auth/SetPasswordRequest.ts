// Original file: protocols/grpc/proto/auth.proto


export interface SetPasswordRequest {
  'id'?: (number);
  'password'?: (string);
}

export interface SetPasswordRequest__Output {
  'id': (number);
  'password': (string);
}
