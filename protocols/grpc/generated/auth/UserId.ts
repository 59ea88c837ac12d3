// Original file: protocols/grpc/proto/auth.proto


export interface UserId {
  'id'?: (number);
}

export interface UserId__Output {
  'id': (number);
}
