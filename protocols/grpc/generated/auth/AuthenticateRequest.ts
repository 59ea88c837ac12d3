// Original file: protocols/grpc/proto/auth.proto


export interface AuthenticateRequest {
  'email'?: (string);
  'password'?: (string);
  /**
   * The network address of who logs in.
   */
  'client'?: (string);
  '_client'?: "client";
}

export interface AuthenticateRequest__Output {
  'email': (string);
  'password': (string);
  /**
   * The network address of who logs in.
   */
  'client'?: (string);
}
