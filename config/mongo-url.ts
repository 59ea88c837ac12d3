import { Expected, type Parse } from "./types.ts";

/** A replica set's URL names several hosts, which the URL standard does not know. The driver looks closer when it connects. */
export const mongoUrl: Parse<string> = (value) => {
  if (!/^mongodb(\+srv)?:\/\/([^@/]*@)?[^@/?\s,]+(,[^@/?\s,]+)*([/?]\S*)?$/.test(value)) {
    throw new Expected("a URL such as mongodb://user:password@host:27017/?authSource=admin, or mongodb+srv://");
  }
  return value;
};
