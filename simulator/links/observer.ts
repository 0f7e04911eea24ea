import type { Way } from './link-rule.ts';

/** Sees what the two ends of each connection of a link do. It is called at once and must not throw. */
export interface LinkObserver {
  /** A client has connected to the listening port of this target; `targetName` is as in `openLink`. */
  opened(targetName: string): ConnectionObserver;
}

export interface ConnectionObserver {
  /** These bytes were read from the sender's socket. A fault may still withhold them. */
  arrived(way: Way, bytes: Buffer): void;
  /** What has been sent this way so far lay unread for a while: it arrives from now on, later than it was sent. */
  stale?(way: Way): void;
  /** Rules have withheld what was sent this way for so long, and let it pass now. */
  held?(way: Way, micros: number): void;
  /** The kernel has taken all bytes of this way up to this count, for the receiver's socket. */
  relayed(way: Way, totalBytes: number): void;
  /**
   * One end is done: `fin` when it closed its sending side in an orderly way, `broken` when its connection was reset
   * or the link was closed. After `broken` nothing more is called.
   */
  ended(by: 'client' | 'server', how: 'fin' | 'broken'): void;
}
