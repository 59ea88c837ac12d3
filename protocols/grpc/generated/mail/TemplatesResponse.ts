// Original file: protocols/grpc/proto/mail.proto

import type { Template as _mail_Template, Template__Output as _mail_Template__Output } from '../mail/Template.ts';

export interface TemplatesResponse {
  'templates'?: (_mail_Template)[];
}

export interface TemplatesResponse__Output {
  'templates': (_mail_Template__Output)[];
}
