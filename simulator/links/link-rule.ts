/** `to`: from the node that opened the connection to what it called. `from`: the way back. */
export type Way = 'to' | 'from';

/** One connection of a link, as a rule may tell it from others. */
export interface ConnectionIdentity {
  /** What an MQTT client called itself in its CONNECT; undefined before that, and where no MQTT is spoken. */
  readonly clientId: string | undefined;
  /** Resolves once both its ends are closed. */
  readonly gone: Promise<void>;
}

/** The oldest bytes that wait to go one way of one connection. */
export interface Waiting {
  way: Way;
  /** At least 1: an end of stream counts as one byte, as it does in TCP's own sequence numbers. */
  bytes: number;
  arrivedAtMicros: number;
  connection: ConnectionIdentity;
}

/** A message of the link's protocol whose first byte has just arrived. */
export interface FrameStart {
  way: Way;
  /** The packet type of MQTT (4 is PUBACK); 0 for Modbus. */
  type: number;
  connection: ConnectionIdentity;
}

/**
 * What happens right before a frame: `break` ends the connection there, after all bytes before it have passed; otherwise
 * the frame and all behind it wait until it may pass.
 */
export type Stop = 'break' | { passes(): boolean };

/**
 * What a fault does to a link while it is imposed. Every link fault is one of these, or breaks connections, or both.
 * A rule that lets more pass as time goes by calls `link.advance()` when that time has come (see `Wake`).
 */
export interface LinkRule {
  /** How many of the waiting bytes may pass now: 0 withholds them, Infinity lets all pass. The smallest answer of all rules counts. */
  permits(waiting: Waiting): number;
  /** So many of the waiting bytes pass now, with the consent of all rules. */
  passed?(waiting: Waiting, bytes: number): void;
  /** False: a new connection is accepted, for a userland proxy cannot help that, but not dialled through as long as the rule is imposed. */
  dials: boolean;
  /** True: whoever ends a connection meanwhile does so unheard; it is broken afterwards, and the bytes it had under way are gone. */
  severs(way: Way): boolean;
  /** False: what is sent this way is not even read, so that it fills the kernel's buffers and then holds the sender back. */
  reads?(way: Way): boolean;
  /** Only on a link that knows its protocol. A stop that is answered lasts no longer than the rule is imposed. */
  frame?(frame: FrameStart): Stop | undefined;
}

/** A rule that changes nothing, to be built upon: `{ ...transparent, dials: false }`. */
export const transparent: LinkRule = { permits: () => Infinity, dials: true, severs: () => false };
