import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { RunClock } from '../run-clock.ts';
import { Connection } from './connection.ts';
import type { LinkRule, Waiting, Way } from './link-rule.ts';
import type { LinkObserver } from './observer.ts';

export interface LinkTarget {
  /** For the observer; defaults to `host:port`. */
  name?: string;
  host?: string;
  port: number;
}

export interface LinkOptions {
  name: string;
  /** One listening port is opened for each of them, in this order. */
  targets: LinkTarget[];
  clock: RunClock;
  observer?: LinkObserver;
}

/** What went over a link since it was opened. Only ever grows, apart from `openConnections`. */
export interface Traffic {
  /** Read from the sending end. */
  arrivedBytes: Record<Way, number>;
  /** Let through by the faults in force and handed to the receiving end's socket. */
  passedBytes: Record<Way, number>;
  /** Accepted while a fault forbade to dial through. */
  heldConnections: number;
  /** The target refused or broke them before they were established; the client got an RST. */
  failedConnections: number;
  openedConnections: number;
  openConnections: number;
}

/** Opens the listening ports on 127.0.0.1. Targets need not be up: each connection is dialled when its client comes. */
export async function openLink(options: LinkOptions): Promise<Link> {
  const link = new Link(options);
  await link.listen();
  return link;
}

/**
 * One network hop that can fail: a TCP proxy between the node that opens the connections and what it calls. It knows
 * no protocol. Faults impose rules on it (`impose`) or break its connections (`reset`).
 */
export class Link implements AsyncDisposable {
  readonly name: string;
  /** The listening ports on 127.0.0.1, one per target. */
  readonly ports: number[] = [];
  readonly clock: RunClock;
  readonly #options: LinkOptions;
  readonly #servers: Server[] = [];
  readonly #connections = new Set<Connection>();
  readonly #rules = new Set<LinkRule>();
  readonly #traffic = {
    arrivedBytes: { to: 0, from: 0 },
    passedBytes: { to: 0, from: 0 },
    heldConnections: 0,
    failedConnections: 0,
    openedConnections: 0,
  };

  constructor(options: LinkOptions) {
    this.name = options.name;
    this.clock = options.clock;
    this.#options = options;
  }

  /** A snapshot. */
  get traffic(): Traffic {
    return { ...structuredClone(this.#traffic), openConnections: this.#connections.size };
  }

  /** Puts a rule in force, at once and for every connection, those to come included. */
  impose(rule: LinkRule): void {
    this.#rules.add(rule);
  }

  /** Takes a rule out of force: held connections resume or are found broken. Returns whether it was in force. */
  lift(rule: LinkRule): boolean {
    const lifted = this.#rules.delete(rule);
    this.advance();
    return lifted;
  }

  imposes(rule: LinkRule): boolean {
    return this.#rules.has(rule);
  }

  /** Lets pass what the rules permit by now. */
  advance(): void {
    for (const connection of this.#connections) connection.advance();
  }

  /** Breaks every connection with an RST, to both ends. */
  reset(): void {
    for (const connection of this.#connections) connection.reset();
  }

  async listen(): Promise<void> {
    try {
      for (const target of this.#options.targets) {
        const server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => this.#accept(client, target));
        this.#servers.push(server);
        server.listen(0, '127.0.0.1');
        await once(server, 'listening');
        this.ports.push((server.address() as AddressInfo).port);
      }
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** Stops listening and breaks every connection; resolves once all sockets are closed. May be called again. */
  async close(): Promise<void> {
    this.reset();
    await Promise.all(this.#servers.map((server) => new Promise((closed) => server.close(closed))));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #accept(client: Socket, target: LinkTarget): void {
    const host = target.host ?? '127.0.0.1';
    const connection: Connection = new Connection(client, { host, port: target.port }, {
      nowMicros: () => this.clock.nowMicros(),
      permits: (waiting) => this.#permits(waiting),
      dials: () => this.#everyRule((rule) => rule.dials),
      severs: (way) => !this.#everyRule((rule) => !rule.severs(way)),
      count: (way, what, bytes) => (this.#traffic[what][way] += bytes),
      observer: this.#options.observer?.opened(target.name ?? `${host}:${target.port}`),
      failed: () => this.#traffic.failedConnections++,
      closed: () => this.#connections.delete(connection),
    });
    this.#connections.add(connection);
    this.#traffic.openedConnections++;
    if (connection.held) this.#traffic.heldConnections++;
  }

  #permits(waiting: Waiting): number {
    let permitted = Infinity;
    for (const rule of this.#rules) permitted = Math.min(permitted, rule.permits(waiting));
    return permitted;
  }

  #everyRule(holds: (rule: LinkRule) => boolean): boolean {
    for (const rule of this.#rules) if (!holds(rule)) return false;
    return true;
  }
}
