// Original file: protocols/grpc/proto/mail.proto


export interface Kept {
  'id'?: (string);
  /**
   * queued, sent or failed.
   */
  'status'?: (string);
  'reason'?: (string);
  '_reason'?: "reason";
}

export interface Kept__Output {
  'id': (string);
  /**
   * queued, sent or failed.
   */
  'status': (string);
  'reason'?: (string);
}
