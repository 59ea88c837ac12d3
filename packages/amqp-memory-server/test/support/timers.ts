/** Counts the timers that code under test starts and leaves running, whether they are referenced or not. */
export function watchTimers(): { running: () => number; restore: () => void } {
  const { setTimeout, setInterval, clearTimeout, clearInterval } = globalThis;
  const running = new Set<unknown>();
  type Callback = (...args: unknown[]) => void;
  Object.assign(globalThis, {
    setTimeout: (callback: Callback, milliseconds?: number, ...args: unknown[]) => {
      const timer = setTimeout(() => {
        running.delete(timer);
        callback(...args);
      }, milliseconds);
      running.add(timer);
      return timer;
    },
    setInterval: (callback: Callback, milliseconds?: number, ...args: unknown[]) => {
      const timer = setInterval(callback, milliseconds, ...args);
      running.add(timer);
      return timer;
    },
    clearTimeout: (timer: NodeJS.Timeout | undefined) => {
      running.delete(timer);
      clearTimeout(timer);
    },
    clearInterval: (timer: NodeJS.Timeout | undefined) => {
      running.delete(timer);
      clearInterval(timer);
    },
  });
  return {
    running: () => running.size,
    restore: () => Object.assign(globalThis, { setTimeout, setInterval, clearTimeout, clearInterval }),
  };
}
