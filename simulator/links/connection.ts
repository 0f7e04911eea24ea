import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { Flow } from './flow.ts';
import type { FlowContext } from './flow.ts';
import type { Framer } from './frames/framer.ts';
import type { ConnectReader } from './frames/mqtt-connect.ts';
import type { ConnectionIdentity, LinkRule, Stop, Waiting, Way } from './link-rule.ts';
import type { ConnectionObserver } from './observer.ts';

export interface ConnectionContext extends Pick<FlowContext, 'nowMicros' | 'reads' | 'count' | 'watchesFrames' | 'imposes'> {
  permits(waiting: Waiting): number;
  passed(waiting: Waiting, bytes: number): void;
  stopsAt(way: Way, type: number, connection: ConnectionIdentity): { rule: LinkRule; stop: Stop }[];
  dials(): boolean;
  severs(way: Way): boolean;
  newFramer(): Framer | undefined;
  connectReader: ConnectReader | undefined;
  observer: ConnectionObserver | undefined;
  /** A connection could not be dialled through to its target. */
  failed(): void;
  /** Both sockets are closed. */
  closed(): void;
}

/**
 * One client's connection and its counterpart to the target. An orderly end (FIN) passes through in its place behind
 * the bytes; a broken end (RST) breaks the other side too. Neither is heard while a fault severs its way.
 */
export class Connection implements ConnectionIdentity {
  readonly #client: Socket;
  readonly #target: { host: string; port: number };
  readonly #context: ConnectionContext;
  readonly #to: Flow;
  #server: Socket | undefined;
  #from: Flow | undefined;
  #brokenWays: Way[] = [];
  /** A fault has ended it: the two ends are only seen off. */
  #over = false;
  readonly #gone = Promise.withResolvers<void>();

  constructor(client: Socket, target: { host: string; port: number }, context: ConnectionContext) {
    this.#client = client;
    this.#target = target;
    this.#context = context;
    this.#to = this.#flow('to', client);
    this.#watch('to', client);
    this.advance();
  }

  /** Whether it was accepted but not yet dialled through. */
  get held(): boolean {
    return this.#server === undefined;
  }

  /** Resolves once both its sockets are closed. */
  get gone(): Promise<void> {
    return this.#gone.promise;
  }

  get clientId(): string | undefined {
    return this.#context.connectReader?.clientId;
  }

  /** What its socket holds that this way would read. */
  unreadBytes(way: Way): number {
    return (way === 'to' ? this.#client : this.#server)?.readableLength ?? 0;
  }

  /** Does whatever the rules allow by now: break, dial, move bytes. */
  advance(): void {
    if (this.#brokenWays.length > 0) {
      if (!this.#brokenWays.some((way) => this.#context.severs(way))) this.#destroy();
    } else if (this.held) {
      if (!this.#over && this.#context.dials()) this.#dial();
    } else {
      this.#to.advance();
      this.#from?.advance();
    }
  }

  /** Breaks both sides at once with an RST. Returns whether there was something left to break. */
  reset(): boolean {
    const breaks = this.#isOver();
    this.#destroy();
    return breaks;
  }

  /**
   * Ends both sides in an orderly way: each gets a FIN behind the bytes that are on their way to it. What they send
   * after that is answered as a closed socket answers, with an RST. Returns whether there was something left to end.
   */
  cut(): boolean {
    if (!this.#isOver()) return false;
    if (this.held) this.#client.end();
    this.#to.close();
    this.#from?.close();
    return true;
  }

  #dial(): void {
    const server = connect({ ...this.#target, noDelay: true, allowHalfOpen: true });
    this.#server = server;
    this.#from = this.#flow('from', server);
    this.#from.connect(this.#client);
    this.#watch('from', server);
    let connected = false;
    server.once('connect', () => {
      connected = true;
      this.#to.connect(server);
    });
    server.once('close', () => connected || this.#context.failed());
  }

  #flow(way: Way, source: Socket): Flow {
    const { observer, connectReader, ...context } = this.#context;
    if (way === 'to' && connectReader) source.on('data', (bytes: Buffer) => connectReader.push(bytes));
    return new Flow(way, source, {
      ...context,
      permits: (waiting) => context.permits({ ...waiting, connection: this }),
      passed: (waiting, bytes) => context.passed({ ...waiting, connection: this }, bytes),
      stopsAt: (_way, type) => context.stopsAt(way, type, this),
      framer: context.newFramer(),
      breaks: () => this.#endAt(way),
      unwanted: () => this.#refuseMore(source),
      arrived: observer && ((bytes) => observer.arrived(way, bytes)),
      stale: observer && (() => observer.stale?.(way)),
      held: observer && ((micros) => observer.held?.(way, micros)),
      relayed: observer && ((totalBytes) => this.#over || observer.relayed(way, totalBytes)),
    });
  }

  #watch(way: Way, source: Socket): void {
    const by = way === 'to' ? 'client' : 'server';
    source.on('end', () => {
      if (this.#over || this.#brokenWays.length > 0) return;
      this.#context.observer?.ended(by, 'fin');
      if (this.#context.severs(way)) this.#break(way);
      else (way === 'to' ? this.#to : this.#from)?.end();
    });
    source.on('error', () => {
      if (this.#over || this.#brokenWays.length > 0) return;
      this.#context.observer?.ended(by, 'broken');
      this.#break(way);
    });
    source.on('close', () => {
      if (!this.#client.closed || !(this.#server?.closed ?? true)) return;
      this.#context.closed();
      this.#gone.resolve();
    });
  }

  /** Marks it as ended by a fault: what was under way counts as lost to its observer. Returns whether it was alive till now. */
  #isOver(): boolean {
    const alive = !this.#over && this.#brokenWays.length === 0 && !this.#client.destroyed;
    if (alive) this.#context.observer?.ended('client', 'broken');
    this.#over = true;
    return alive;
  }

  /** A rule lets nothing more pass this way: the receiver gets what came before and a FIN, the sender an RST. */
  #endAt(way: Way): void {
    this.#isOver();
    const [source, sink] = way === 'to' ? [this.#client, this.#server] : [this.#server, this.#client];
    this.#to.discard();
    this.#from?.discard();
    sink?.destroySoon();
    if (source) breakOff(source);
  }

  #refuseMore(source: Socket): void {
    const told = source === this.#client ? this.#from === undefined || source.writableEnded : source.writableEnded;
    if (told) breakOff(source);
  }

  #break(way: Way): void {
    this.#brokenWays.push(way);
    this.#to.discard();
    this.#from?.discard();
    this.advance();
  }

  #destroy(): void {
    breakOff(this.#client);
    if (this.#server) breakOff(this.#server);
  }
}

/** Sends an RST; but before it is connected and while its FIN is under way, Node.js 24 may then never close the socket. */
function breakOff(socket: Socket): void {
  const isEnding = socket.writableEnded && !socket.writableFinished;
  if (socket.connecting || isEnding) socket.destroy();
  else socket.resetAndDestroy();
}
