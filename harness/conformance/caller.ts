import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** What came of one question: how it ended, after how long, and in how many pieces the answer came. */
export interface Exchange {
  how: 'answer' | 'silence' | 'FIN' | 'RST' | 'refused';
  ms: number;
  pieces: number;
  /** All that was received for it. */
  bytes: Buffer;
}

/** A question, and whether what was received since answers it. */
export interface Question {
  bytes: Buffer;
  isAnswered(received: Buffer): boolean;
}

/** How long a caller waits for an answer before it calls that silence. */
const PATIENCE_MS = 3000;

const ENDS: Record<string, Exchange['how']> = { ECONNREFUSED: 'refused', ECONNRESET: 'RST', EPIPE: 'RST' };

/** A stranger with a raw socket: it knows nothing of links, faults or nodes, and tells what it sees. */
export class Caller implements Disposable {
  readonly #socket: Socket;
  readonly #connected: Promise<unknown>;
  #pieces: Buffer[] = [];
  #ended: Exchange['how'] | undefined;

  constructor(port: number) {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.on('data', (piece: Buffer) => this.#pieces.push(piece));
    this.#socket.on('end', () => (this.#ended ??= 'FIN'));
    this.#socket.on('error', (error: NodeJS.ErrnoException) => (this.#ended ??= ENDS[error.code!] ?? 'RST'));
    this.#connected = once(this.#socket, 'connect').catch(() => {});
  }

  /** Its connection has ended, however that was. */
  get isOver(): boolean {
    return this.#ended !== undefined;
  }

  async ask({ bytes, isAnswered }: Question): Promise<Exchange> {
    const startMs = performance.now();
    const deadline = AbortSignal.timeout(PATIENCE_MS);
    this.#pieces = [];
    const received = () => Buffer.concat(this.#pieces);
    await Promise.race([this.#connected, once(deadline, 'abort')]);
    if (!this.isOver) this.#socket.write(bytes);
    while (!isAnswered(received()) && !this.isOver && !deadline.aborted) await this.#next(deadline);
    const how = isAnswered(received()) ? 'answer' : (this.#ended ?? 'silence');
    return { how, ms: performance.now() - startMs, pieces: this.#pieces.length, bytes: received() };
  }

  /** The next piece, the end, or the end of patience. */
  async #next(deadline: AbortSignal): Promise<void> {
    const over = new AbortController();
    const signal = AbortSignal.any([deadline, over.signal]);
    await Promise.race(['data', 'end', 'close'].map((event) => once(this.#socket, event, { signal }))).catch(() => {});
    over.abort();
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}
