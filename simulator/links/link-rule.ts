/** `to`: from the node that opened the connection to what it called. `from`: the way back. */
export type Way = 'to' | 'from';

/** The oldest bytes that wait to go one way of one connection. */
export interface Waiting {
  way: Way;
  /** At least 1: an end of stream counts as one byte, as it does in TCP's own sequence numbers. */
  bytes: number;
  arrivedAtMicros: number;
}

/**
 * What a fault does to a link while it is imposed. Every link fault is one of these, or breaks connections, or both.
 * A rule that lets more pass as time goes by calls `link.advance()` when that time has come.
 */
export interface LinkRule {
  /** How many of the waiting bytes may pass now: 0 withholds them, Infinity lets all pass. The smallest answer of all rules counts. */
  permits(waiting: Waiting): number;
  /** False: a new connection is accepted, for a userland proxy cannot help that, but not dialled through as long as the rule is imposed. */
  dials: boolean;
  /** True: whoever ends a connection meanwhile does so unheard; it is broken afterwards, and the bytes it had under way are gone. */
  severs(way: Way): boolean;
}
