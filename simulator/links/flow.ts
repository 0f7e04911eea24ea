import type { Socket } from 'node:net';
import type { Way, Waiting } from './link-rule.ts';

/** Beyond this the sender is no longer read, and TCP's own flow control holds it back. */
const WAITING_LIMIT_BYTES = 256 * 1024;

export interface FlowContext {
  nowMicros(): number;
  permits(waiting: Waiting): number;
  /** Counted for the proof of a fault: bytes that arrived, and bytes that went past the point where faults act. */
  count(way: Way, what: 'arrivedBytes' | 'passedBytes', bytes: number): void;
  arrived?(bytes: Buffer): void;
  relayed?(totalBytes: number): void;
}

/** One way of one connection. Bytes are never dropped from it, and never reordered; only `discard` ends it early. */
export class Flow {
  readonly #way: Way;
  readonly #source: Socket;
  readonly #context: FlowContext;
  #sink: Socket | undefined;
  #waiting: { bytes: Buffer; arrivedAtMicros: number }[] = [];
  #waitingBytes = 0;
  #endedAtMicros: number | undefined;
  #relayedBytes = 0;
  #discarded = false;

  constructor(way: Way, source: Socket, context: FlowContext) {
    this.#way = way;
    this.#source = source;
    this.#context = context;
    source.on('data', (bytes: Buffer) => this.#take(bytes));
  }

  /** Where the bytes go, once it is connected. */
  connect(sink: Socket): void {
    this.#sink = sink;
    sink.on('drain', () => this.advance());
    this.advance();
  }

  /** The source sends no more: the sink's sending side is closed once everything before has passed. */
  end(): void {
    this.#endedAtMicros = this.#context.nowMicros();
    this.advance();
  }

  /** The bytes under way are gone. The connection is broken, so nobody takes what is left for the whole. */
  discard(): void {
    this.#discarded = true;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#sink = undefined;
  }

  /** Moves on whatever the rules and the receiver let pass; one write to the kernel for all of it. */
  advance(): void {
    const sink = this.#sink;
    if (!sink?.writable) return;
    sink.cork();
    while (this.#waiting.length > 0 && !sink.writableNeedDrain && this.#passHead(sink));
    sink.uncork();
    this.#passEnd(sink);
    if (this.#waitingBytes < WAITING_LIMIT_BYTES && this.#source.isPaused()) this.#source.resume();
  }

  #take(bytes: Buffer): void {
    this.#context.count(this.#way, 'arrivedBytes', bytes.length);
    if (this.#discarded) return;
    this.#waiting.push({ bytes, arrivedAtMicros: this.#context.nowMicros() });
    this.#waitingBytes += bytes.length;
    this.#context.arrived?.(bytes);
    this.advance();
    if (this.#waitingBytes >= WAITING_LIMIT_BYTES) this.#source.pause();
  }

  #passHead(sink: Socket): boolean {
    const head = this.#waiting[0]!;
    const { length } = head.bytes;
    const permitted = Math.min(length, this.#permits(length, head.arrivedAtMicros));
    if (permitted <= 0) return false;
    this.#waitingBytes -= permitted;
    this.#context.count(this.#way, 'passedBytes', permitted);
    const passed = permitted === length ? this.#waiting.shift()!.bytes : head.bytes.subarray(0, permitted);
    if (permitted < length) head.bytes = head.bytes.subarray(permitted);
    sink.write(passed, (error) => {
      if (error) return;
      this.#relayedBytes += permitted;
      this.#context.relayed?.(this.#relayedBytes);
    });
    return true;
  }

  #passEnd(sink: Socket): void {
    if (this.#endedAtMicros === undefined || this.#waiting.length > 0) return;
    if (this.#permits(1, this.#endedAtMicros) > 0) sink.end();
  }

  #permits(bytes: number, arrivedAtMicros: number): number {
    return this.#context.permits({ way: this.#way, bytes, arrivedAtMicros });
  }
}
