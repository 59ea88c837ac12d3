import { Errors } from "moleculer";

/** @param timeout ms; none when it is 0 @throws RequestTimeoutError */
export function within<T>(
  timeout: number | null | undefined,
  call: { readonly action: string; readonly nodeID: string },
  answer: Promise<T>,
): Promise<T> {
  if (!timeout) return answer;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Errors.RequestTimeoutError(call)), timeout).unref();
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
