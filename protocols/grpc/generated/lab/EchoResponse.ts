// Original file: protocols/grpc/proto/lab.proto


export interface EchoResponse {
  'payload'?: (string);
}

export interface EchoResponse__Output {
  'payload': (string);
}
