import { randomBytes, randomInt } from "node:crypto";

const ofThisProcess = randomBytes(5).toString("hex");
let counter = randomInt(0x1000000);

/**
 * An id in the form of MongoDB's ObjectID (seconds, process, counter; 24 hexadecimal digits), for every store alike. Made
 * here and not by the server, so that a batch whose answer was lost can be sent again without storing anything twice.
 */
export function newDocumentId(now = Date.now()): string {
  counter = (counter + 1) % 0x1000000;
  const seconds = Math.floor(now / 1000)
    .toString(16)
    .padStart(8, "0");
  return `${seconds}${ofThisProcess}${counter.toString(16).padStart(6, "0")}`;
}
