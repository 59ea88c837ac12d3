// Original file: protocols/grpc/proto/logs.proto


export interface LogResponse {
  /**
   * "logged!"
   */
  'result'?: (string);
  'id'?: (string);
}

export interface LogResponse__Output {
  /**
   * "logged!"
   */
  'result': (string);
  'id': (string);
}
