// Original file: protocols/grpc/proto/mail.proto


export interface Attachment {
  'filename'?: (string);
  /**
   * Base64.
   */
  'content'?: (string);
  'contentType'?: (string);
  '_contentType'?: "contentType";
}

export interface Attachment__Output {
  'filename': (string);
  /**
   * Base64.
   */
  'content': (string);
  'contentType'?: (string);
}
