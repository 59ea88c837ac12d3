// Original file: protocols/grpc/proto/lab.proto


export interface EchoEachResponse {
  'served'?: (number);
}

export interface EchoEachResponse__Output {
  'served': (number);
}
