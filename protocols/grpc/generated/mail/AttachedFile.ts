// Original file: protocols/grpc/proto/mail.proto


export interface AttachedFile {
  'filename'?: (string);
  'content_type'?: (string);
  /**
   * Bytes.
   */
  'size'?: (number);
  '_content_type'?: "content_type";
}

export interface AttachedFile__Output {
  'filename': (string);
  'content_type'?: (string);
  /**
   * Bytes.
   */
  'size': (number);
}
