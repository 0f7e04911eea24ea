import type { Socket } from 'node:net';
import type { Framer } from './frames/framer.ts';
import type { LinkRule, Stop, Waiting, Way } from './link-rule.ts';

/** Beyond this the sender is no longer read, and TCP's own flow control holds it back. */
const WAITING_LIMIT_BYTES = 256 * 1024;

export interface FlowContext {
  nowMicros(): number;
  permits(waiting: Omit<Waiting, 'connection'>): number;
  passed(waiting: Omit<Waiting, 'connection'>, bytes: number): void;
  reads(way: Way): boolean;
  /** Counted for the proof of a fault: bytes that arrived, and bytes that went past the point where faults act. */
  count(way: Way, what: 'arrivedBytes' | 'passedBytes', bytes: number): void;
  arrived?(bytes: Buffer): void;
  relayed?(totalBytes: number): void;
  held?(micros: number): void;
  stale?(): void;
  /** Finds the frames that `stopsAt` is asked about; undefined where no rule wants to know. */
  framer: Framer | undefined;
  watchesFrames(): boolean;
  stopsAt(way: Way, type: number): { rule: LinkRule; stop: Stop }[];
  imposes(rule: LinkRule): boolean;
  /** All bytes before a frame have passed at which a rule breaks the connection. */
  breaks(way: Way): void;
  /** Bytes came from a source that was told that the connection is over. */
  unwanted(way: Way): void;
}

/** One way of one connection. Bytes are never dropped from it, and never reordered; only `close` and `discard` end it early. */
export class Flow {
  readonly #way: Way;
  readonly #source: Socket;
  readonly #context: FlowContext;
  #sink: Socket | undefined;
  #waiting: { bytes: Buffer; arrivedAtMicros: number }[] = [];
  #waitingBytes = 0;
  #passedBytes = 0;
  #relayedBytes = 0;
  /** In the order of the stream. */
  #stops: { atByte: number; rule: LinkRule; stop: Stop }[] = [];
  /** As of the last time that the rules were asked. */
  #mayRead = true;
  /** Since when the rules withhold the oldest bytes; undefined while they do not. */
  #heldSinceMicros: number | undefined;
  #endedAtMicros: number | undefined;
  #closed = false;
  #discarded = false;

  constructor(way: Way, source: Socket, context: FlowContext) {
    this.#way = way;
    this.#source = source;
    this.#context = context;
    source.on('data', (bytes: Buffer) => this.#take(bytes));
    this.#regulate();
  }

  /** Where the bytes go, once it is connected. */
  connect(sink: Socket): void {
    this.#sink = sink;
    sink.on('drain', () => this.advance());
    this.advance();
  }

  /** The source sends no more: the sink's sending side is closed once everything before has passed. */
  end(): void {
    this.#endedAtMicros ??= this.#context.nowMicros();
    this.advance();
  }

  /** As if the source had ended here, and whatever it sends from now on is unwanted. */
  close(): void {
    this.#closed = true;
    this.end();
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
    this.#regulate();
    const sink = this.#sink;
    if (!sink?.writable) return;
    sink.cork();
    while (this.#waiting.length > 0 && !sink.writableNeedDrain && this.#passHead(sink));
    sink.uncork();
    if (this.#waitingBytes > 0 && this.#nextStop()?.stop === 'break' && this.#beforeStop() === 0) this.#context.breaks(this.#way);
    else this.#passEnd(sink);
    this.#regulate();
  }

  #take(bytes: Buffer): void {
    this.#context.count(this.#way, 'arrivedBytes', bytes.length);
    if (this.#closed) this.#context.unwanted(this.#way);
    if (this.#discarded || this.#closed) return;
    this.#waiting.push({ bytes, arrivedAtMicros: this.#context.nowMicros() });
    this.#waitingBytes += bytes.length;
    this.#frame(bytes);
    this.#context.arrived?.(bytes);
    this.advance();
  }

  #frame(bytes: Buffer): void {
    const { framer } = this.#context;
    if (!framer) return;
    if (!this.#context.watchesFrames()) return framer.push(bytes);
    framer.push(bytes, (atByte, type) => {
      for (const stop of this.#context.stopsAt(this.#way, type)) this.#stops.push({ atByte, ...stop });
    });
  }

  #passHead(sink: Socket): boolean {
    const head = this.#waiting[0]!;
    const { length } = head.bytes;
    const waiting = { way: this.#way, bytes: length, arrivedAtMicros: head.arrivedAtMicros };
    const permitted = Math.min(length, this.#beforeStop(), this.#context.permits(waiting));
    if (permitted <= 0) {
      this.#heldSinceMicros ??= this.#context.nowMicros();
      return false;
    }
    if (this.#heldSinceMicros !== undefined) this.#context.held?.(this.#context.nowMicros() - this.#heldSinceMicros);
    this.#heldSinceMicros = undefined;
    this.#waitingBytes -= permitted;
    this.#passedBytes += permitted;
    this.#context.count(this.#way, 'passedBytes', permitted);
    this.#context.passed(waiting, permitted);
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
    const arrivedAtMicros = this.#endedAtMicros;
    if (arrivedAtMicros === undefined || this.#waiting.length > 0) return;
    if (this.#context.permits({ way: this.#way, bytes: 1, arrivedAtMicros }) > 0) sink.end();
  }

  #beforeStop(): number {
    return this.#stops.length === 0 ? Infinity : (this.#nextStop()?.atByte ?? Infinity) - this.#passedBytes;
  }

  /** Those of rules that were lifted, and those that let pass by now, are none any more. */
  #nextStop() {
    const isOver = ({ rule, stop }: { rule: LinkRule; stop: Stop }) =>
      !this.#context.imposes(rule) || (stop !== 'break' && stop.passes());
    while (this.#stops.length > 0 && isOver(this.#stops[0]!)) this.#stops.shift();
    return this.#stops[0];
  }

  #regulate(): void {
    const mayRead = this.#context.reads(this.#way);
    if (mayRead && !this.#mayRead) this.#context.stale?.();
    this.#mayRead = mayRead;
    const reads = this.#waitingBytes < WAITING_LIMIT_BYTES && mayRead;
    if (reads === this.#source.isPaused()) this.#source[reads ? 'resume' : 'pause']();
  }
}
