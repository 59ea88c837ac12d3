/** What of Swagger UI is used here. */
declare module "swagger-ui-dist/swagger-ui-es-bundle.js" {
  interface Options {
    readonly domNode: HTMLElement;
    readonly spec: unknown;
    readonly [option: string]: unknown;
  }
  export default function SwaggerUI(options: Options): void;
}
