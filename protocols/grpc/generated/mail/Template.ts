// Original file: protocols/grpc/proto/mail.proto


export interface Template {
  'name'?: (string);
  'description'?: (string);
  'variables'?: (string)[];
}

export interface Template__Output {
  'name': (string);
  'description': (string);
  'variables': (string)[];
}
