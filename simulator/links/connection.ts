import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { Flow } from './flow.ts';
import type { FlowContext } from './flow.ts';
import type { Way } from './link-rule.ts';
import type { ConnectionObserver } from './observer.ts';

export interface ConnectionContext extends Pick<FlowContext, 'nowMicros' | 'permits' | 'count'> {
  dials(): boolean;
  severs(way: Way): boolean;
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
export class Connection {
  readonly #client: Socket;
  readonly #target: { host: string; port: number };
  readonly #context: ConnectionContext;
  readonly #to: Flow;
  #server: Socket | undefined;
  #from: Flow | undefined;
  #brokenWays: Way[] = [];

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

  /** Does whatever the rules allow by now: break, dial, move bytes. */
  advance(): void {
    if (this.#brokenWays.length > 0) {
      if (!this.#brokenWays.some((way) => this.#context.severs(way))) this.#destroy();
    } else if (this.held) {
      if (this.#context.dials()) this.#dial();
    } else {
      this.#to.advance();
      this.#from?.advance();
    }
  }

  /** Breaks both sides at once with an RST. */
  reset(): void {
    if (this.#brokenWays.length === 0) this.#context.observer?.ended('client', 'broken');
    this.#brokenWays.push('to');
    this.#destroy();
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
    const { observer } = this.#context;
    return new Flow(way, source, {
      ...this.#context,
      arrived: observer && ((bytes) => observer.arrived(way, bytes)),
      relayed: observer && ((totalBytes) => observer.relayed(way, totalBytes)),
    });
  }

  #watch(way: Way, source: Socket): void {
    const by = way === 'to' ? 'client' : 'server';
    source.on('end', () => {
      if (this.#brokenWays.length > 0) return;
      this.#context.observer?.ended(by, 'fin');
      if (this.#context.severs(way)) this.#break(way);
      else (way === 'to' ? this.#to : this.#from)?.end();
    });
    source.on('error', () => {
      if (this.#brokenWays.length > 0) return;
      this.#context.observer?.ended(by, 'broken');
      this.#break(way);
    });
    source.on('close', () => {
      if (this.#client.destroyed && (this.#server?.destroyed ?? true)) this.#context.closed();
    });
  }

  #break(way: Way): void {
    this.#brokenWays.push(way);
    this.#to.discard();
    this.#from?.discard();
    this.advance();
  }

  #destroy(): void {
    this.#client.resetAndDestroy();
    this.#server?.resetAndDestroy();
  }
}
