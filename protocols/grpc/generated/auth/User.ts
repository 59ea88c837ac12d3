// Original file: protocols/grpc/proto/auth.proto


export interface User {
  'id'?: (number);
  'email'?: (string);
  'first_name'?: (string);
  'last_name'?: (string);
  /**
   * 1, or 0 for one who does not log in.
   */
  'active'?: (number);
  /**
   * ISO 8601, UTC.
   */
  'created_at'?: (string);
  'updated_at'?: (string);
  '_created_at'?: "created_at";
  '_updated_at'?: "updated_at";
}

export interface User__Output {
  'id': (number);
  'email': (string);
  'first_name': (string);
  'last_name': (string);
  /**
   * 1, or 0 for one who does not log in.
   */
  'active': (number);
  /**
   * ISO 8601, UTC.
   */
  'created_at'?: (string);
  'updated_at'?: (string);
}
