import { vi } from 'vitest';
import { Handover } from '../devices/handover.ts';
import { encodeRegisters, numberRegisters } from '../devices/register-map.ts';
import type { Watermark } from '../devices/register-map.ts';
import type { ConnectionObserver } from '../links/observer.ts';
import { MemoryRecorder } from './memory-recorder.ts';

/** A part of a round: registers as `readHoldingRegisters(start, count)` asks for them. */
export interface Part {
  start: number;
  count: number;
  /** It is asked for in every nth round only. */
  every?: number;
}

export interface VirtualClientOptions {
  watermark: Watermark;
  parts: Part[];
  periodMs: number;
  timeoutMs: number;
  /** What the pipeline file says. */
  pollTimeoutMs: number | undefined;
  /** All parts of a round are asked for at once, rather than one after another. */
  atOnce: boolean;
  /** After a part that timed out: throw the round away, ask for the part once more, or go on with the next part and throw it away then. */
  onTimeout: 'abandon' | 'retry' | 'go-on';
  /** It makes a new connection for each request, round, or none at all. */
  connectsFor: 'request' | 'round' | 'run';
  /** How long it takes to look into its socket. */
  readsAfterMs: number;
  /** Of the nth request: how long its answer is withheld. */
  heldMs(request: number): number;
  /** Times at which this process stalls, and for how long. */
  stalls: { atMs: number; forMs: number }[];
  /** Times at which the connection breaks. */
  breaksAtMs: number[];
  forMs: number;
}

/**
 * A Modbus client and its machine in virtual time, in steps of a millisecond, in front of the real handover. Returns what
 * the handover took for acknowledged, and what the client itself knows that it took.
 */
export function poll(options: VirtualClientOptions): { acknowledged: number[]; indeterminate: number[]; used: number[] } {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  try {
    return new VirtualClient(options).run();
  } finally {
    vi.useRealTimers();
  }
}

class VirtualClient {
  readonly #options: VirtualClientOptions;
  readonly #recorder = new MemoryRecorder();
  readonly #handover: Handover;
  readonly #link: ReturnType<Handover['observe']>;
  readonly #used: number[] = [];
  readonly #due = new Map<number, (() => void)[]>();
  #nowMs = 0;
  #stalledUntilMs = 0;
  #connection: Connection;
  #requests = 0;
  #rounds = 0;
  #n = 0;
  #words: number[] = [];

  constructor(options: VirtualClientOptions) {
    this.#options = options;
    const clock = { wallAnchorMicros: 0, monotonicAnchorMicros: 0, nowMicros: () => this.#nowMs * 1000 };
    const { watermark, pollTimeoutMs } = options;
    this.#handover = new Handover({ clock, recorder: this.#recorder, watermark, pollTimeoutMs });
    this.#link = this.#handover.observe('field');
    this.#connection = newConnection();
  }

  run() {
    const { forMs, stalls, breaksAtMs } = this.#options;
    for (const { atMs, forMs: stallMs } of stalls) this.#at(atMs, () => (this.#stalledUntilMs = Math.max(this.#stalledUntilMs, this.#nowMs + stallMs)));
    for (const atMs of breaksAtMs) this.#at(atMs, () => this.#break());
    void this.#poll();
    for (; this.#nowMs < forMs; this.#nowMs++) {
      if (this.#nowMs >= this.#stalledUntilMs) vi.advanceTimersByTime(1);
      for (let due = this.#due.get(this.#nowMs)?.shift(); due; due = this.#due.get(this.#nowMs)?.shift()) due();
      this.#due.delete(this.#nowMs);
    }
    this.#handover.close();
    const of = (handover: string) => this.#recorder.readings.filter((it) => it.handover === handover).map(({ n }) => n);
    return { acknowledged: of('acknowledged'), indeterminate: of('indeterminate'), used: this.#used };
  }

  #at(ms: number, what: () => void): void {
    const due = this.#due.get(ms);
    if (due) due.push(what);
    else this.#due.set(ms, [what]);
  }

  /** This process does it, once it does not stall any more. */
  #inProcess(ms: number, what: () => void): void {
    this.#at(ms, () => (this.#nowMs < this.#stalledUntilMs ? this.#inProcess(this.#stalledUntilMs, what) : what()));
  }

  #break(): void {
    const broken = this.#connection;
    broken.isBroken = true;
    this.#inProcess(this.#nowMs, () => (broken.observer ??= this.#link.opened('machine-1')).ended('client', 'broken'));
    const { waiting } = broken;
    this.#connection = newConnection();
    for (const answered of waiting.values()) answered(undefined);
  }

  #reconnect(): void {
    const left = this.#connection;
    this.#inProcess(this.#nowMs, () => left.observer?.ended('client', 'fin'));
    this.#connection = newConnection();
  }

  #poll(): void {
    const { periodMs, parts } = this.#options;
    const startedMs = this.#nowMs;
    const asked = parts.filter(({ every = 1 }) => this.#rounds % every === 0);
    this.#rounds++;
    const next = (n: number | undefined) => {
      if (n !== undefined) this.#used.push(n);
      this.#at(Math.max(this.#nowMs, startedMs + periodMs), () => this.#poll());
    };
    if (this.#options.atOnce) this.#askAtOnce(asked, next);
    else this.#askInTurn(asked, undefined, true, next);
  }

  #askAtOnce(parts: Part[], done: (n: number | undefined) => void): void {
    const numbers: (number | undefined)[] = [];
    let isWhole = true;
    let open = parts.length;
    for (const part of parts) {
      this.#ask(part, (answer) => {
        isWhole &&= answer !== undefined;
        if (answer?.n !== undefined) numbers.push(answer.n);
        if (--open === 0) done(isWhole ? numbers[0] : undefined);
      });
    }
  }

  #askInTurn([part, ...rest]: Part[], n: number | undefined, isWhole: boolean, done: (n: number | undefined) => void, isRetry = false): void {
    const { onTimeout, connectsFor } = this.#options;
    if (!part) {
      if (connectsFor === 'round') this.#reconnect();
      return done(isWhole ? n : undefined);
    }
    this.#ask(part, (answer) => {
      if (connectsFor === 'request') this.#reconnect();
      if (answer) this.#askInTurn(rest, answer.n ?? n, isWhole, done);
      else if (onTimeout === 'retry' && !isRetry) this.#askInTurn([part, ...rest], n, isWhole, done, true);
      else if (onTimeout === 'go-on') this.#askInTurn(rest, n, false, done);
      else done(undefined);
    });
  }

  /** Sends a request and hears of its answer, or of nothing when its time is up or the connection breaks. */
  #ask({ start, count }: Part, answered: (answer: { n: number | undefined } | undefined) => void): void {
    const connection = this.#connection;
    const transactionId = ++this.#requests;
    const request = Buffer.from([transactionId >> 8, transactionId & 255, 0, 0, 0, 6, 1, 3, 0, start, 0, count]);
    const hear = (answer: { n: number | undefined } | undefined) => {
      if (connection.waiting.delete(transactionId)) answered(answer);
    };
    connection.waiting.set(transactionId, hear);
    this.#at(this.#nowMs + this.#options.timeoutMs, () => hear(undefined));
    this.#inProcess(this.#nowMs, () => {
      if (connection.isBroken) return;
      const observer = (connection.observer ??= this.#link.opened('machine-1'));
      observer.arrived('to', request);
      const { bytes, n } = this.#answer(request);
      observer.arrived('from', bytes);
      connection.freeFromMs = Math.max(connection.freeFromMs, this.#nowMs + this.#options.heldMs(transactionId));
      this.#inProcess(connection.freeFromMs, () => {
        if (connection.isBroken) return;
        connection.relayedBytes += bytes.length;
        observer.relayed('from', connection.relayedBytes);
        this.#at(this.#nowMs + this.#options.readsAfterMs, () => hear({ n }));
      });
    });
  }

  /** The machine: what covers the first register of the number latches a new reading. */
  #answer(request: Buffer): { bytes: Buffer; n: number | undefined } {
    const { watermark } = this.#options;
    const [start, count] = [request.readUInt16BE(8), request.readUInt16BE(10)];
    const number = numberRegisters(watermark);
    const latches = start <= number.start && number.start < start + count;
    if (latches) {
      const n = ++this.#n;
      const measured = { value: watermark === 'value' ? n : 20, uptimeMs: this.#nowMs, state: 1, counter: 0, alarms: 0 };
      this.#words = encodeRegisters({ n, ...measured });
      this.#handover.latched({ device: 'machine-1', n, atMicros: this.#nowMs * 1000, ...measured });
    }
    const words = this.#words.slice(start, start + count).flatMap((word) => [word >> 8, word & 255]);
    const bytes = Buffer.from([request[0]!, request[1]!, 0, 0, 0, words.length + 3, 1, 3, words.length, ...words]);
    return { bytes, n: latches ? this.#n : undefined };
  }
}

interface Connection {
  /** From its first request on. */
  observer?: ConnectionObserver;
  relayedBytes: number;
  /** An answer waits behind those before it. */
  freeFromMs: number;
  isBroken: boolean;
  waiting: Map<number, (answer: { n: number | undefined } | undefined) => void>;
}

function newConnection(): Connection {
  return { relayedBytes: 0, freeFromMs: 0, isBroken: false, waiting: new Map() };
}
