import type { Census } from './census.ts';

/** What the process of aedes is asked to do, over IPC, in the order in which it is asked. */

/** What a fault makes the broker do to its clients for as long as it is imposed. */
export type BrokerRule =
  /** Logins are answered with this return code of CONNACK (MQTT 3.1.1, 3.2.2.3). */
  | { kind: 'refuse-logins'; returnCode: 3 | 4 | 5 }
  /** A client that publishes more than this within a second is disconnected, and what was too much is not acknowledged. */
  | { kind: 'quota'; messagesPerSecond: number }
  /** The first message of QoS 1 or 2 from now on whose topic begins so disconnects its sender, whenever it comes, unacknowledged. */
  | { kind: 'poison'; topic: string };

export type Order =
  /** From now on it can be connected to. */
  | { do: 'listen' }
  /** Drops the connection of this client, or of all. */
  | { do: 'kick'; client?: string }
  /** `poison` is the message that was poisoned before the process was started anew. */
  | { do: 'impose'; id: string; rule: BrokerRule; poison?: string }
  | { do: 'lift'; id: string }
  | { do: 'count' };

/** What it says: how many connections an order has dropped or, of `count`, has found, and who came; or that a rule has struck. */
export type Saying = { number: number; connections: number; census: Census } | { struck: string; poison?: string };
