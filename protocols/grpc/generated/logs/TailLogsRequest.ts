// Original file: protocols/grpc/proto/logs.proto


export interface TailLogsRequest {
  'name'?: (string);
  'severity'?: (string);
  'source'?: (string);
  '_name'?: "name";
  '_severity'?: "severity";
  '_source'?: "source";
}

export interface TailLogsRequest__Output {
  'name'?: (string);
  'severity'?: (string);
  'source'?: (string);
}
