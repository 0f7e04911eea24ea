import type { Socket } from 'node:net';
import type { RunClock } from '../run-clock.ts';
import { Connection } from './connection.ts';
import type { Framer } from './frames/framer.ts';
import { ModbusStarts } from './frames/modbus.ts';
import { ConnectReader } from './frames/mqtt-connect.ts';
import { MqttFramer } from './frames/mqtt.ts';
import type { ConnectionIdentity, LinkRule, Stop, Waiting, Way } from './link-rule.ts';
import { Listener } from './listener.ts';
import type { LinkObserver } from './observer.ts';
import type { LinkName, NameObstacle } from '../names/link-name.ts';

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
  /** What is spoken over it, where that is known: rules can see its frames then. */
  protocol?: 'mqtt' | 'modbus';
  /** The name under which it is called, where that is one of ours; else why not. */
  byName?: LinkName;
  nameObstacle?: NameObstacle;
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

const FRAMERS: Record<'mqtt' | 'modbus', new () => Framer> = { mqtt: MqttFramer, modbus: ModbusStarts };

/** Opens the listening ports on 127.0.0.1. Targets need not be up: each connection is dialled when its client comes. */
export async function openLink(options: LinkOptions): Promise<Link> {
  const link = new Link(options);
  await link.listen();
  return link;
}

/**
 * One network hop that can fail: a TCP proxy between the node that opens the connections and what it calls. It changes
 * no byte of any protocol. Faults impose rules on it (`impose`), end its connections (`cut`, `reset`) or shut its ports
 * (`refuse`).
 */
export class Link implements AsyncDisposable {
  readonly name: string;
  /** The listening ports on 127.0.0.1, one per target. */
  readonly ports: number[] = [];
  readonly clock: RunClock;
  readonly protocol: 'mqtt' | 'modbus' | undefined;
  /** How those who call it find it; undefined where they are given its address. */
  readonly byName: LinkName | undefined;
  readonly nameObstacle: NameObstacle | undefined;
  readonly #options: LinkOptions;
  readonly #listeners: Listener[] = [];
  readonly #connections = new Set<Connection>();
  readonly #rules = new Set<LinkRule>();
  readonly #refusers = new Set<object>();
  readonly #unreadOfGone = { to: 0, from: 0 };
  #closed = false;
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
    this.protocol = options.protocol;
    this.byName = options.byName;
    this.nameObstacle = options.nameObstacle;
    this.#options = options;
  }

  /** A snapshot. */
  get traffic(): Traffic {
    return { ...structuredClone(this.#traffic), openConnections: this.#connections.size };
  }

  /** Bytes that the kernel has handed over and nobody has read, because of a rule that does not read; gone connections included. */
  unreadBytes(way: Way): number {
    let bytes = this.#unreadOfGone[way];
    for (const connection of this.#connections) bytes += connection.unreadBytes(way);
    return bytes;
  }

  /** Puts a rule in force, at once and for every connection, those to come included. */
  impose(rule: LinkRule): void {
    this.#rules.add(rule);
    this.advance();
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
    // What little may pass goes to another connection first the next time.
    const [first] = this.#connections;
    if (first && this.#connections.delete(first)) this.#connections.add(first);
  }

  /** Breaks every connection with an RST, to both ends. Returns how many. */
  reset(): number {
    return [...this.#connections].filter((connection) => connection.reset()).length;
  }

  /** Ends every connection with a FIN, to both ends. Returns how many. */
  cut(): number {
    return [...this.#connections].filter((connection) => connection.cut()).length;
  }

  /** From now on nobody listens on its ports, until everyone who asked for that admits again. */
  refuse(by: object): void {
    this.#refusers.add(by);
    for (const listener of this.#listeners) listener.shut();
  }

  /** Takes back a `refuse`; resolves once every port listens, unless somebody else still refuses. */
  async admit(by: object): Promise<void> {
    this.#refusers.delete(by);
    if (this.#refusers.size === 0 && !this.#closed) await Promise.all(this.#listeners.map((listener) => listener.open()));
  }

  async listen(): Promise<void> {
    try {
      for (const target of this.#options.targets) {
        const listener = await Listener.on((client) => this.#accept(client, target));
        this.#listeners.push(listener);
        this.ports.push(listener.port);
      }
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** Stops listening and breaks every connection; resolves once all sockets are closed. May be called again. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#listeners.map((listener) => listener.close()));
    const gone = [...this.#connections].map((connection) => connection.gone);
    this.reset();
    await Promise.all(gone);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #accept(client: Socket, target: LinkTarget): void {
    const host = target.host ?? '127.0.0.1';
    const { protocol } = this;
    const connection: Connection = new Connection(client, { host, port: target.port }, {
      nowMicros: () => this.clock.nowMicros(),
      permits: (waiting) => this.#permits(waiting),
      passed: (waiting, bytes) => {
        for (const rule of this.#rules) rule.passed?.(waiting, bytes);
      },
      reads: (way) => this.#everyRule((rule) => rule.reads?.(way) ?? true),
      dials: () => this.#everyRule((rule) => rule.dials),
      severs: (way) => !this.#everyRule((rule) => !rule.severs(way)),
      imposes: (rule) => this.#rules.has(rule),
      watchesFrames: () => !this.#everyRule((rule) => !rule.frame),
      stopsAt: (way, type, identity) => this.#stopsAt(way, type, identity),
      newFramer: () => protocol && new FRAMERS[protocol](),
      connectReader: protocol === 'mqtt' ? new ConnectReader() : undefined,
      count: (way, what, bytes) => (this.#traffic[what][way] += bytes),
      observer: this.#options.observer?.opened(target.name ?? `${host}:${target.port}`),
      failed: () => this.#traffic.failedConnections++,
      closed: () => {
        for (const way of ['to', 'from'] as const) this.#unreadOfGone[way] += connection.unreadBytes(way);
        this.#connections.delete(connection);
      },
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

  #stopsAt(way: Way, type: number, connection: ConnectionIdentity): { rule: LinkRule; stop: Stop }[] {
    return [...this.#rules].flatMap((rule) => {
      const stop = rule.frame?.({ way, type, connection });
      return stop ? [{ rule, stop }] : [];
    });
  }

  #everyRule(holds: (rule: LinkRule) => boolean): boolean {
    for (const rule of this.#rules) if (!holds(rule)) return false;
    return true;
  }
}
