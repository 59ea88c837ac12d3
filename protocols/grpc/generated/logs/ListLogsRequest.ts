// Original file: protocols/grpc/proto/logs.proto


export interface ListLogsRequest {
  'name'?: (string);
  'severity'?: (string);
  'source'?: (string);
  /**
   * Text in the name or the data.
   */
  'q'?: (string);
  /**
   * ISO 8601; `to` is the first moment that does not count.
   */
  'from'?: (string);
  'to'?: (string);
  'page'?: (number);
  'pageSize'?: (number);
  'sort'?: (string);
  '_name'?: "name";
  '_severity'?: "severity";
  '_source'?: "source";
  '_q'?: "q";
  '_from'?: "from";
  '_to'?: "to";
  '_page'?: "page";
  '_pageSize'?: "pageSize";
  '_sort'?: "sort";
}

export interface ListLogsRequest__Output {
  'name'?: (string);
  'severity'?: (string);
  'source'?: (string);
  /**
   * Text in the name or the data.
   */
  'q'?: (string);
  /**
   * ISO 8601; `to` is the first moment that does not count.
   */
  'from'?: (string);
  'to'?: (string);
  'page'?: (number);
  'pageSize'?: (number);
  'sort'?: (string);
}
