// Original file: protocols/grpc/proto/mail.proto


/**
 * A template's variable.
 */
export interface Value {
  'text'?: (string);
  'number'?: (number | string);
  'truth'?: (boolean);
  'kind'?: "text"|"number"|"truth";
}

/**
 * A template's variable.
 */
export interface Value__Output {
  'text'?: (string);
  'number'?: (number);
  'truth'?: (boolean);
}
