import type { EventLoop } from './event-loop.ts';
import type { Death, Life } from './life.ts';

/** `up`: from the one who connected to the one who listens. */
export type Direction = 'up' | 'down';

/** An outage of days would leave hundreds of thousands of attempts that nobody waits for any more. */
const MOST_WAITING = 2000;

/**
 * One network hop. Faults change its weather; each counts, so that overlapping faults can end in any order.
 * A black hole keeps what is sent, and lets it through when it ends if the receiver still listens on that connection:
 * what TCP's retransmission does.
 */
export class Link {
  readonly name: string;
  readonly loop: EventLoop;
  readonly latencyMicros: number;
  readonly addedLatencyMicros: Record<Direction, number> = { up: 0, down: 0 };
  /** Messages held back and connections refused or broken so far; a fault's bite is the difference. */
  disturbed = 0;
  /** Messages carried so far. */
  carried = 0;
  readonly open = new Set<Connection>();
  readonly #blackholes: Record<Direction, number> = { up: 0, down: 0 };
  #refusals = 0;
  /** Attempts to connect whose first packet is sent again and again. */
  #waiting: { connect: () => void; isWanted: () => boolean }[] = [];
  #bytesPerSecond: number[] = [];
  #acksUntilLoss = Infinity;

  constructor(loop: EventLoop, name: string, latencyMicros: number) {
    this.loop = loop;
    this.name = name;
    this.latencyMicros = latencyMicros;
  }

  oneWayMicros(direction: Direction): number {
    return this.latencyMicros + this.addedLatencyMicros[direction];
  }

  isBlocked(direction: Direction): boolean {
    return this.#blackholes[direction] > 0;
  }

  get refuses(): boolean {
    return this.#refusals > 0;
  }

  get isDown(): boolean {
    return this.refuses || this.isBlocked('up') || this.isBlocked('down');
  }

  blackhole(directions: readonly Direction[]): () => void {
    for (const direction of directions) this.#blackholes[direction]++;
    return once(() => {
      for (const direction of directions) {
        this.#blackholes[direction]--;
        if (this.#blackholes[direction] === 0) for (const connection of this.open) connection.letGo(direction);
      }
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const { connect } of waiting) connect();
    });
  }

  refuse(): () => void {
    this.#refusals++;
    return once(() => this.#refusals--);
  }

  /** Everything through this link together takes no more than this; of several limits, the lowest. */
  limit(bytesPerSecond: number): () => void {
    this.#bytesPerSecond.push(bytesPerSecond);
    return once(() => this.#bytesPerSecond.splice(this.#bytesPerSecond.indexOf(bytesPerSecond), 1));
  }

  sendingMicros(bytes: number): number {
    return this.#bytesPerSecond.length === 0 ? 0 : (bytes / Math.min(...this.#bytesPerSecond)) * 1e6;
  }

  breakConnections(): void {
    for (const connection of this.open) {
      this.disturbed++;
      connection.break();
    }
  }

  /** The nth acknowledgement from now is swallowed and its connection broken. */
  loseAck(nth: number): void {
    this.#acksUntilLoss = nth;
  }

  /** True if this acknowledgement is the one to be lost. */
  ackIsLost(): boolean {
    if (--this.#acksUntilLoss > 0) return false;
    this.#acksUntilLoss = Infinity;
    this.disturbed++;
    return true;
  }

  /** A node died. After a crash its kernel still closes what was open; after a power cut the others hear nothing. */
  nodeDied(node: Life, how: Death): void {
    for (const connection of this.open) {
      if (connection.client === node) connection.close('client', how === 'power-cut');
      if (connection.server === node) connection.close('server', how === 'power-cut');
    }
  }

  /**
   * Tries to connect: opened after one round trip, refused if the link or a dead server says so. Through a black hole it
   * waits, and the client may long have given up when it comes about; `isWanted` says whether it has.
   */
  connect(client: Life, server: Life, opened: (connection: Connection) => void, refused: () => void, isWanted: () => boolean = () => true): void {
    const roundTripMicros = this.oneWayMicros('up') + this.oneWayMicros('down');
    client.after(roundTripMicros, () => {
      if (this.isBlocked('up') || this.isBlocked('down')) {
        this.disturbed++;
        const { incarnation } = client;
        if (this.#waiting.length >= MOST_WAITING) this.#waiting = this.#waiting.filter((it) => it.isWanted());
        this.#waiting.push({ connect: () => client.incarnation === incarnation && this.connect(client, server, opened, refused), isWanted });
        return;
      }
      if (this.refuses || !server.up) {
        if (this.refuses) this.disturbed++;
        refused();
        return;
      }
      const connection = new Connection(this, client, server);
      this.open.add(connection);
      opened(connection);
    });
  }
}

interface Held {
  order: number;
  act: () => void;
  bytes: number;
}

/** One TCP connection. Each end may believe that it is open while the other has long gone. */
export class Connection {
  readonly link: Link;
  readonly client: Life;
  readonly server: Life;
  /** Told, on their own node, that the connection ended by the other's doing or by the link's. */
  onClientEnd: () => void = () => {};
  onServerEnd: () => void = () => {};
  clientOpen = true;
  serverOpen = true;
  /** By the order of sending: what was on its way when the hole opened is held after what is sent into it. */
  readonly #held: Record<Direction, Held[]> = { up: [], down: [] };
  #sent = 0;
  readonly #freeAtMicros: Record<Direction, number> = { up: 0, down: 0 };

  constructor(link: Link, client: Life, server: Life) {
    this.link = link;
    this.client = client;
    this.server = server;
  }

  /** `act` happens at the other end when the message arrives, in the order sent; never if that end has closed. */
  send(direction: Direction, act: () => void, bytes = 0, isAck = false): void {
    if (direction === 'up' ? !this.clientOpen : !this.serverOpen) return;
    if (isAck && this.link.ackIsLost()) {
      this.break();
      return;
    }
    this.#transmit(direction, act, bytes);
  }

  /** The client (or server) closes its end; the other end hears of it, unless it is `silent` or the link keeps it back. */
  close(side: 'client' | 'server', silent = false): void {
    if (side === 'client' ? !this.clientOpen : !this.serverOpen) return;
    if (!silent) this.#transmit(side === 'client' ? 'up' : 'down', () => this.#hearOfEnd(side === 'client' ? 'server' : 'client'), 0);
    if (side === 'client') this.clientOpen = false;
    else this.serverOpen = false;
    this.#forgetIfOver();
  }

  /** Both ends hear of it at once: a FIN or RST from the hop itself. What is under way is lost. */
  break(): void {
    this.#held.up = [];
    this.#held.down = [];
    this.#hearOfEnd('client');
    this.#hearOfEnd('server');
  }

  letGo(direction: Direction): void {
    const held = this.#held[direction];
    this.#held[direction] = [];
    held.sort((a, b) => a.order - b.order);
    for (const { act, bytes } of held) this.#transmit(direction, act, bytes);
  }

  #transmit(direction: Direction, act: () => void, bytes: number): void {
    const { link } = this;
    const order = ++this.#sent;
    if (link.isBlocked(direction)) {
      link.disturbed++;
      this.#held[direction].push({ order, act, bytes });
      return;
    }
    link.carried++;
    const oneWayMicros = link.oneWayMicros(direction);
    const startMicros = Math.max(link.loop.nowMicros, this.#freeAtMicros[direction] - oneWayMicros);
    const arrivesAtMicros = Math.max(this.#freeAtMicros[direction], startMicros + link.sendingMicros(bytes) + oneWayMicros);
    this.#freeAtMicros[direction] = arrivesAtMicros;
    link.loop.at(arrivesAtMicros, () => this.#arrive(direction, order, act, bytes));
  }

  #arrive(direction: Direction, order: number, act: () => void, bytes: number): void {
    if (this.link.isBlocked(direction)) {
      this.link.disturbed++;
      this.#held[direction].push({ order, act, bytes });
      return;
    }
    const receiver = direction === 'up' ? this.server : this.client;
    if (direction === 'up' ? this.serverOpen : this.clientOpen) receiver.run(act);
    else if (receiver.up) this.#reset(direction);
  }

  /** A living node answers what comes in on a connection that it does not know. */
  #reset(direction: Direction): void {
    const sender = direction === 'up' ? 'client' : 'server';
    if (sender === 'client' ? this.clientOpen : this.serverOpen) {
      this.#transmit(direction === 'up' ? 'down' : 'up', () => this.#hearOfEnd(sender), 0);
    }
  }

  #hearOfEnd(side: 'client' | 'server'): void {
    if (side === 'client' ? !this.clientOpen : !this.serverOpen) return;
    if (side === 'client') this.clientOpen = false;
    else this.serverOpen = false;
    this.#forgetIfOver();
    const node = side === 'client' ? this.client : this.server;
    node.run(side === 'client' ? this.onClientEnd : this.onServerEnd);
  }

  #forgetIfOver(): void {
    if (!this.clientOpen && !this.serverOpen) this.link.open.delete(this);
  }
}

function once(act: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    act();
  };
}
