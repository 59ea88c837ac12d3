export interface Mail {
  readonly from?: string;
  readonly to: string;
  readonly subject: string;
  readonly message: string;
}

export interface Sender {
  readonly name: string;
  readonly address: string;
}
