/** Wishes for a run of the lab that takes next to no time. */
export const smallRun = {
  payloads: [64],
  concurrency: [1],
  arrivals: ["closed"],
  rounds: 1,
  duration: 50,
  firstWarmUp: 0,
  warmUp: 0,
} as const;
