import { ModbusFramer } from '../links/frames/modbus.ts';
import type { ModbusFrame } from '../links/frames/modbus.ts';
import type { Way } from '../links/link-rule.ts';
import type { ConnectionObserver } from '../links/observer.ts';
import type { AnswerTimes } from './answer-times.ts';
import type { Habit } from './habit.ts';
import type { Ledger } from './ledger.ts';
import { decodeNumber, numberRegisters } from './register-map.ts';
import type { Watermark } from './register-map.ts';
import { leastRegisters, newRound, questionOf, registersOf } from './round.ts';
import type { Question, Round } from './round.ts';

export interface PollingContext {
  device: string;
  watermark: Watermark;
  ledger: Ledger;
  /** Shared by all connections to this device over this link. */
  habit: Habit;
  /** Of all answers on this link. */
  times: AnswerTimes;
  nowMicros(): number;
  /** What is seen now happened after this moment. */
  idleMicros(): number;
  /** All connections to the same device over the same link, with those that are closed and have left something. */
  connections: Iterable<PollingConnection>;
  /** Nothing more can come of this connection. */
  gone(): void;
}

interface Request extends Question {
  transactionId: number;
  round: Round | undefined;
  sentAfterMicros: number;
  /** What the connection's `#heldMicros` was then. */
  heldBeforeMicros: number;
  /** The client may not be waiting for the answer any more. */
  doubtful: boolean;
}

interface Answer {
  request: Request;
  endsAtByte: number;
  /** It holds what was asked for, or the refusal that such a request always gets. */
  sound: boolean;
}

/** What lay unread in a socket is read within this time. */
const STALE_MICROS = 100_000;
/** A client that has this many requests without an answer does not await the oldest one any more. */
const MOST_REQUESTS = 256;
const EXCEPTION = 0x80;

/** One client's connection to one device, as its link sees it. The rule that it follows is told in `handover.ts`. */
export class PollingConnection implements ConnectionObserver {
  readonly #context: PollingContext;
  readonly #number: { start: number; end: number; registers: number };
  readonly #least: number;
  readonly #framers: Record<Way, ModbusFramer> = { to: new ModbusFramer(), from: new ModbusFramer() };
  /** Whose answers have not arrived at the link, oldest first. */
  #requests: Request[] = [];
  /** Not wholly relayed to the client yet. */
  #answers: Answer[] = [];
  /** The round that the client is in comes last; before it may come those of connections that it has closed. */
  #rounds: Round[] = [];
  /** For how long failures have withheld what goes over this connection, all in all. */
  #heldMicros = 0;
  #closed = false;
  #hasAsked = false;
  /** Whoever had opened it is dead: nothing that still comes of it is taken. */
  #dead = false;
  /** Requests that are seen before this time may have been sent long ago. */
  #staleUntilMicros = -Infinity;

  constructor(context: PollingContext) {
    this.#context = context;
    const number = numberRegisters(context.watermark);
    this.#number = { ...number, registers: registersOf(number) };
    this.#least = leastRegisters(context.watermark);
  }

  arrived(way: Way, bytes: Buffer): void {
    for (const frame of this.#framers[way].push(bytes)) {
      if (way === 'to') this.#asked(frame);
      else this.#answered(frame);
    }
  }

  stale(way: Way): void {
    if (way === 'to') this.#staleUntilMicros = this.#context.nowMicros() + STALE_MICROS;
  }

  held(_way: Way, micros: number): void {
    this.#heldMicros += micros;
  }

  relayed(way: Way, totalBytes: number): void {
    if (way === 'to') return;
    while (this.#answers.length > 0 && this.#answers[0]!.endsAtByte <= totalBytes) this.#got(this.#answers.shift()!);
  }

  ended(by: 'client' | 'server', how: 'fin' | 'broken'): void {
    if (how === 'broken') this.#succeed();
    if (by === 'client' && how === 'fin') this.#close();
    else if (how === 'broken' || !this.#closed) this.disrupted();
    if (how === 'broken' || this.#rounds.length === 0) this.#context.gone();
  }

  /** What the client holds may be gone, and what is under way to it may not be awaited any more. */
  disrupted(): void {
    for (const round of this.#rounds) this.#doubt(round);
    this.#rounds = [];
    for (const request of this.#underWay()) request.doubtful = true;
  }

  died(): void {
    this.#dead = true;
    this.disrupted();
  }

  #asked(frame: ModbusFrame): void {
    this.#succeed();
    const question = questionOf(frame);
    const { registers } = question;
    const latches = (registers & (1 << this.#number.start)) !== 0;
    if (latches) this.#next();
    const round = this.#rounds.at(-1);
    if (round) {
      // Who asks again for what is still to come has given up on it.
      if ((round.asked & ~round.got & registers) !== 0) this.#doubt(round);
      round.asked |= registers;
      round.open++;
    }
    const { transactionId } = frame;
    const doubtful = this.#dead || this.#context.nowMicros() < this.#staleUntilMicros;
    const sentAfterMicros = this.#context.idleMicros();
    this.#requests.push({ ...question, transactionId, round, sentAfterMicros, heldBeforeMicros: this.#heldMicros, doubtful });
    if (this.#requests.length > MOST_REQUESTS) this.#unanswered(this.#requests.shift()!);
  }

  /** With its first request, or when it breaks before that, it takes over what the connections left that its client has closed. */
  #succeed(): void {
    if (this.#hasAsked) return;
    this.#hasAsked = true;
    for (const other of this.#context.connections) this.#rounds.push(...other.#leave());
  }

  /** The client asks for the next reading: that it has gone on settles those before. */
  #next(): void {
    for (const round of this.#rounds) this.#settle(round);
    this.#rounds = [newRound()];
  }

  #settle(round: Round): void {
    const { n, doubtful, open, asked, got } = round;
    if (doubtful || open > 0 || n === undefined) return this.#doubt(round);
    const { habit, ledger, device } = this.#context;
    const whole = ((this.#least | habit.needed) & ~got) === 0;
    habit.note(asked);
    ledger.settle(device, n, whole ? 'acknowledged' : 'indeterminate');
  }

  /** An answer has come from the device; a fault may still withhold it from the client. */
  #answered(frame: ModbusFrame): void {
    const index = this.#requests.findIndex(({ transactionId }) => transactionId === frame.transactionId);
    if (index === -1) return;
    /** A device answers in the order in which it was asked: the requests before this one stay unanswered. */
    for (const request of this.#requests.splice(0, index)) this.#unanswered(request);
    const request = this.#requests.shift()!;
    const { endsAtByte, data } = frame;
    const refused = (frame.functionCode & EXCEPTION) !== 0;
    const sound = request.registers === 0 || (!refused && data.length === request.answerBytes);
    if (sound && request.round) this.#learnNumber(request, request.round, data.subarray(1));
    this.#answers.push({ request, endsAtByte, sound });
  }

  /** Learns the number of the round from what this answer holds of it. */
  #learnNumber({ start, registers }: Request, round: Round, words: Buffer): void {
    const { watermark, ledger, device } = this.#context;
    const arrived = registers & this.#number.registers & ~round.arrived;
    if (arrived === 0) return;
    for (let register = this.#number.start; register < this.#number.end; register++) {
      if ((arrived & (1 << register)) === 0) continue;
      round.number.writeUInt16BE(words.readUInt16BE((register - start) * 2), (register - this.#number.start) * 2);
    }
    round.arrived |= arrived;
    if (round.arrived !== this.#number.registers) return;
    round.n = decodeNumber(watermark, round.number);
    if (!ledger.seen(device, round.n)) round.n = undefined;
    if (round.doubtful) this.#doubt(round);
  }

  #got({ request, sound }: Answer): void {
    const { round, registers, sentAfterMicros, heldBeforeMicros } = request;
    const { times, nowMicros } = this.#context;
    const inTime = times.note({ wholeMicros: nowMicros() - sentAfterMicros, heldMicros: this.#heldMicros - heldBeforeMicros });
    if (!round) return;
    round.open--;
    if (request.doubtful || !inTime || !sound) this.#doubt(round);
    else round.got |= registers;
  }

  #unanswered({ round }: Request): void {
    if (round) this.#doubt(round);
  }

  #doubt(round: Round): void {
    round.doubtful = true;
    if (round.n !== undefined) this.#context.ledger.settle(this.#context.device, round.n, 'indeterminate');
  }

  *#underWay(): Iterable<Request> {
    yield* this.#requests;
    for (const { request } of this.#answers) yield request;
  }

  /** The client has closed it in an orderly way, and awaits nothing over it any more. */
  #close(): void {
    this.#closed = true;
    for (const request of this.#underWay()) {
      request.doubtful = true;
      this.#unanswered(request);
    }
    this.#rounds = this.#rounds.filter(({ doubtful }) => !doubtful);
  }

  /** After an orderly close, the client goes on over a later connection. */
  #leave(): Round[] {
    if (!this.#closed) return [];
    const rounds = this.#rounds;
    this.#rounds = [];
    this.#context.gone();
    return rounds;
  }
}
