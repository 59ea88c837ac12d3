// Original file: protocols/grpc/proto/logs.proto


export interface LogId {
  'id'?: (string);
}

export interface LogId__Output {
  'id': (string);
}
