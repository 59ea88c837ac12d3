// Original file: protocols/grpc/proto/logs.proto


export interface LogRow {
  'id'?: (string);
  'name'?: (string);
  'data'?: (string);
  'severity'?: (string);
  'source'?: (string);
  'via'?: (string);
  'event_id'?: (string);
  'request_id'?: (string);
  /**
   * ISO 8601, UTC.
   */
  'created_at'?: (string);
  'updated_at'?: (string);
  /**
   * In a tail: `data` is only its beginning.
   */
  'truncated'?: (boolean);
  '_severity'?: "severity";
  '_source'?: "source";
  '_via'?: "via";
  '_event_id'?: "event_id";
  '_request_id'?: "request_id";
  '_created_at'?: "created_at";
  '_updated_at'?: "updated_at";
  '_truncated'?: "truncated";
}

export interface LogRow__Output {
  'id': (string);
  'name': (string);
  'data': (string);
  'severity'?: (string);
  'source'?: (string);
  'via'?: (string);
  'event_id'?: (string);
  'request_id'?: (string);
  /**
   * ISO 8601, UTC.
   */
  'created_at'?: (string);
  'updated_at'?: (string);
  /**
   * In a tail: `data` is only its beginning.
   */
  'truncated'?: (boolean);
}
