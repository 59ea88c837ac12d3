// Original file: protocols/grpc/proto/logs.proto


export interface UpdateLogRequest {
  'id'?: (string);
  'name'?: (string);
  'data'?: (string);
  'severity'?: (string);
  'source'?: (string);
  '_name'?: "name";
  '_data'?: "data";
  '_severity'?: "severity";
  '_source'?: "source";
}

export interface UpdateLogRequest__Output {
  'id': (string);
  'name'?: (string);
  'data'?: (string);
  'severity'?: (string);
  'source'?: (string);
}
