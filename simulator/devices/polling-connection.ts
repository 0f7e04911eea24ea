import { ModbusFramer } from '../links/frames/modbus.ts';
import type { ModbusFrame } from '../links/frames/modbus.ts';
import type { Way } from '../links/link-rule.ts';
import type { ConnectionObserver } from '../links/observer.ts';
import type { Ledger } from './ledger.ts';
import { SIGNAL_REGISTERS, decodeNumber, numberRegisters } from './register-map.ts';
import type { Watermark } from './register-map.ts';

export interface PollingContext {
  device: string;
  watermark: Watermark;
  ledger: Ledger;
  patienceMicros: number;
  nowMicros(): number;
  /** What is seen now happened after this moment. */
  idleMicros(): number;
  /** Connections to the same device over the same link that were there before; some of them may be closed. */
  predecessors: PollingConnection[];
  /** Nothing more can come of this connection. */
  gone(): void;
}

interface Request {
  transactionId: number;
  start: number;
  end: number;
  sentAfterMicros: number;
  /** The client may not be waiting for the answer any more. */
  doubtful: boolean;
}

const READS = [3, 4];
/** What lay unread in a socket is read within this time. */
const STALE_MICROS = 100_000;

/** One client's connection to one device, as its link sees it. The rule that it follows is told in `handover.ts`. */
export class PollingConnection implements ConnectionObserver {
  readonly device: string;
  readonly #context: PollingContext;
  readonly #number: { start: number; end: number };
  readonly #framers: Record<Way, ModbusFramer> = { to: new ModbusFramer(), from: new ModbusFramer() };
  /** Not answered yet, oldest first. */
  #requests: Request[] = [];
  /** Not wholly relayed yet. */
  #answers: ModbusFrame[] = [];
  /** Numbers of readings whose answer has reached the client: its next request acknowledges them. */
  #taken: number[] = [];
  /** A reading whose number has reached the client while its signal is still to be asked for. */
  #partial: number | undefined;
  #closed = false;
  /** Requests that are seen before this time may have been sent long ago. */
  #staleUntilMicros = -Infinity;

  constructor(context: PollingContext) {
    this.device = context.device;
    this.#context = context;
    this.#number = numberRegisters(context.watermark);
    for (const predecessor of context.predecessors) this.#taken.push(...predecessor.#leave());
  }

  arrived(way: Way, bytes: Buffer): void {
    const frames = this.#framers[way].push(bytes);
    if (way === 'to') for (const frame of frames) this.#asked(frame);
    else this.#answers.push(...frames);
  }

  stale(way: Way): void {
    if (way === 'to') this.#staleUntilMicros = this.#context.nowMicros() + STALE_MICROS;
  }

  relayed(way: Way, totalBytes: number): void {
    if (way === 'to') return;
    while (this.#answers.length > 0 && this.#answers[0]!.endsAtByte <= totalBytes) this.#answered(this.#answers.shift()!);
  }

  ended(by: 'client' | 'server', how: 'fin' | 'broken'): void {
    if (by === 'client' && how === 'fin') this.#close();
    else if (how === 'broken' || !this.#closed) this.disrupted();
    if (how === 'broken' || this.#taken.length === 0) this.#context.gone();
  }

  /** What the client holds may be gone, and what is under way to it may not be awaited any more. */
  disrupted(): void {
    for (const n of this.#taken) this.#settle(n, 'indeterminate');
    this.#taken = [];
    this.#abandon();
  }

  #asked(frame: ModbusFrame): void {
    for (const n of this.#taken) this.#settle(n, 'acknowledged');
    this.#taken = [];
    for (const overtaken of this.#requests) overtaken.doubtful = true;
    const isRead = READS.includes(frame.functionCode) && frame.data.length === 4;
    const start = isRead ? frame.data.readUInt16BE(0) : 0;
    const end = isRead ? start + frame.data.readUInt16BE(2) : 0;
    if (this.#latches(start, end)) this.#giveUpPartial();
    const { transactionId } = frame;
    const doubtful = this.#context.nowMicros() < this.#staleUntilMicros;
    this.#requests.push({ transactionId, start, end, sentAfterMicros: this.#context.idleMicros(), doubtful });
  }

  #answered(frame: ModbusFrame): void {
    const index = this.#requests.findIndex(({ transactionId }) => transactionId === frame.transactionId);
    if (index === -1) return;
    /** A device answers in the order in which it was asked: the requests before this one stay unanswered. */
    const request = this.#requests.splice(0, index + 1).at(-1)!;
    if (frame.data.length !== 1 + 2 * (request.end - request.start)) return;
    const late = this.#context.nowMicros() - request.sentAfterMicros > this.#context.patienceMicros;
    this.#took(request, frame.data.subarray(1), request.doubtful || late);
  }

  #took({ start, end }: Request, registers: Buffer, doubtful: boolean): void {
    const holds = (part: { start: number; end: number }) => start <= part.start && part.end <= end;
    const n = holds(this.#number)
      ? decodeNumber(this.#context.watermark, registers.subarray((this.#number.start - start) * 2))
      : this.#partial;
    if (n === undefined) return;
    if (holds(this.#number) && !doubtful && !this.#context.ledger.await(this.device, n)) return;
    if (doubtful) this.#settle(n, 'indeterminate');
    else if (holds(SIGNAL_REGISTERS)) this.#taken.push(n);
    const complete = doubtful || holds(SIGNAL_REGISTERS);
    this.#partial = complete ? undefined : n;
  }

  #latches(start: number, end: number): boolean {
    return start <= this.#number.start && this.#number.start < end;
  }

  #close(): void {
    this.#closed = true;
    this.#abandon();
  }

  #abandon(): void {
    for (const request of this.#requests) request.doubtful = true;
    this.#giveUpPartial();
  }

  #giveUpPartial(): void {
    if (this.#partial !== undefined) this.#settle(this.#partial, 'indeterminate');
    this.#partial = undefined;
  }

  /** After an orderly close, what was taken over this connection is acknowledged by a request over a later one. */
  #leave(): number[] {
    if (!this.#closed) return [];
    const taken = this.#taken;
    this.#taken = [];
    this.#context.gone();
    return taken;
  }

  #settle(n: number, handover: 'acknowledged' | 'indeterminate'): void {
    this.#context.ledger.settle(this.device, n, handover);
  }
}
