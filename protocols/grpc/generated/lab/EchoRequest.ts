// Original file: protocols/grpc/proto/lab.proto


export interface EchoRequest {
  'payload'?: (string);
}

export interface EchoRequest__Output {
  'payload': (string);
}
