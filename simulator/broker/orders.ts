/** What the broker's own process is asked to do, over IPC. Every order is answered. */

/** What a fault makes the broker do to its clients for as long as it is imposed. */
export type BrokerRule =
  /** Logins are answered with this return code of CONNACK (MQTT 3.1.1, 3.2.2.3). */
  | { kind: 'refuse-logins'; returnCode: 3 | 4 | 5 }
  /** A client that publishes more than this within a second is disconnected, and what was too much is not acknowledged. */
  | { kind: 'quota'; messagesPerSecond: number }
  /** The first message of QoS 1 or 2 from now on whose topic begins so disconnects its sender, whenever it comes, unacknowledged. */
  | { kind: 'poison'; topic: string };

export type Order =
  /** Nobody listens any more, and every connection is gone, until this is taken back. */
  | { do: 'go-down'; id: string }
  /** Takes a `go-down` back. Sessions, queued and retained messages are there again unless anybody wants them forgotten. */
  | { do: 'come-up'; id: string; forget: boolean }
  /** Drops the connection of this client, or of all. */
  | { do: 'kick'; client?: string }
  | { do: 'impose'; id: string; rule: BrokerRule }
  | { do: 'lift'; id: string }
  | { do: 'tell'; id: string };

export interface Answer {
  /** Connections that were dropped by this order. */
  dropped: number;
  /** How often the rule of this id has struck. */
  struck: number;
  /** Clients whose sessions the broker keeps. */
  sessions: number;
  /** Somebody still wants it down. */
  down: boolean;
}
