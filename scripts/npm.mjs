import { readFileSync } from "node:fs";

const INTERVAL = 500;

/**
 * `npm run` puts a shell between itself and its script and ends without telling the script when it is killed; then this
 * process gets the SIGTERM that the shell kept to itself.
 */
export function endWithNpm() {
  if (process.env.npm_lifecycle_event === undefined) return;
  const before = ancestors();
  setInterval(() => {
    if (ancestors() !== before) process.kill(process.pid, "SIGTERM");
  }, INTERVAL).unref();
}

/** The shell and npm; where /proc does not tell, the shell. */
function ancestors() {
  try {
    const stat = readFileSync(`/proc/${process.ppid}/stat`, "utf8");
    return `${process.ppid} ${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]}`;
  } catch {
    return String(process.ppid);
  }
}
