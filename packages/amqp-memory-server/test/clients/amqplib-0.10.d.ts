/** amqplib 0.10 under its second name, with the types of 2: the specs use what both have. */
declare module "amqplib-0.10" {
  export * from "amqplib";
}
