// Original file: protocols/grpc/proto/logs.proto


export interface Log {
  'name'?: (string);
  'data'?: (string);
  /**
   * info, warning or error.
   */
  'severity'?: (string);
  'source'?: (string);
  'via'?: (string);
  /**
   * What is written twice under one id is stored once.
   */
  'event_id'?: (string);
  '_severity'?: "severity";
  '_source'?: "source";
  '_via'?: "via";
  '_event_id'?: "event_id";
}

export interface Log__Output {
  'name': (string);
  'data': (string);
  /**
   * info, warning or error.
   */
  'severity'?: (string);
  'source'?: (string);
  'via'?: (string);
  /**
   * What is written twice under one id is stored once.
   */
  'event_id'?: (string);
}
