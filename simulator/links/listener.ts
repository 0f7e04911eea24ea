import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { reservePort } from '../ports.ts';
import type { ReservedPort } from '../ports.ts';

/** A listening port on 127.0.0.1 that can be shut, so that the kernel refuses who comes, and opened again: nobody else gets it meanwhile. */
export class Listener {
  readonly #accept: (client: Socket) => void;
  readonly #reserved: ReservedPort;
  #server: Server | undefined;

  private constructor(reserved: ReservedPort, accept: (client: Socket) => void) {
    this.#reserved = reserved;
    this.#accept = accept;
  }

  static async on(accept: (client: Socket) => void): Promise<Listener> {
    const listener = new Listener(await reservePort(), accept);
    await listener.open();
    return listener;
  }

  get port(): number {
    return this.#reserved.port;
  }

  /** Resolves once it listens; does nothing while it does. */
  async open(): Promise<void> {
    if (this.#server) return;
    const server = createServer({ noDelay: true, allowHalfOpen: true }, this.#accept);
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('listening', resolve).once('close', resolve).once('error', reject); // it may be shut again meanwhile
      server.listen(this.port, '127.0.0.1');
    });
  }

  /** From now on connections are refused; those that were accepted stay. */
  shut(): void {
    this.#server?.close();
    this.#server = undefined;
  }

  /** Shuts it for good. */
  async close(): Promise<void> {
    this.shut();
    await this.#reserved[Symbol.asyncDispose]();
  }
}
