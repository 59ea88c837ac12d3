// Original file: protocols/grpc/proto/logs.proto


export interface ClearLogsRequest {
  /**
   * Only entries of this source.
   */
  'source'?: (string);
  '_source'?: "source";
}

export interface ClearLogsRequest__Output {
  /**
   * Only entries of this source.
   */
  'source'?: (string);
}
