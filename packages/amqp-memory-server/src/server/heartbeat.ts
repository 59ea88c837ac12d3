interface Watched {
  bytesReceived(): number;
  bytesSent(): number;
  /** Nothing is read on purpose: silence proves nothing. */
  heldBack(): boolean;
  beat(): void;
  lost(): void;
}

/**
 * Heartbeats both ways: one is sent where nothing else was for half the interval, the peer is given up after two
 * intervals of silence. Returns how to stop.
 */
export function startHeartbeat(seconds: number, watched: Watched): () => void {
  if (seconds === 0) return () => {};
  let [received, sent, silent] = [watched.bytesReceived(), watched.bytesSent(), 0];
  const timer = setInterval(() => {
    silent = watched.bytesReceived() === received && !watched.heldBack() ? silent + 1 : 0;
    if (silent >= 4) return watched.lost();
    if (watched.bytesSent() === sent) watched.beat();
    [received, sent] = [watched.bytesReceived(), watched.bytesSent()];
  }, seconds * 500);
  timer.unref();
  return () => clearInterval(timer);
}
