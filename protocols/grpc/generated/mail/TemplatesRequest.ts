// Original file: protocols/grpc/proto/mail.proto


export interface TemplatesRequest {
}

export interface TemplatesRequest__Output {
}
