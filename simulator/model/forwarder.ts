import type { Layer } from '../recorder.ts';
import type { Message } from './broker.ts';
import { readingsIn } from './entries.ts';
import type { Entry } from './entries.ts';
import type { Gateway } from './gateway.ts';
import { MqttClient } from './mqtt-client.ts';

/** How long data waits for the time service after a connection has come about; longer if its stamps are a mere guess. */
const PATIENCE_MICROS = 1_000_000;
const PATIENCE_IF_UNDATED_MICROS = 5_000_000;
/** What is no older than this goes ahead of the backlog. */
const LIVE_MICROS = 3_000_000;
/** The mistake of waiting longer before the next attempt than anybody is told that recovery takes. */
const LONG_RETRY_MICROS = 25_000_000;
/** Of the window, what the backlog leaves to live data. */
const LIVE_SHARE = 0.25;

/** What the gateway sends: an entry, its times worked out at the last moment. */
export interface Sent {
  entry: Entry;
  /** Of the readings or the typed-in value, by the calendar; the beginning of a gap. */
  stampMicros: number;
  /** How old the readings were when they were sent, and the last that was heard of the cloud by then. */
  ageMicros: number;
  echo: Echo | undefined;
  /** The end of a gap. */
  toMicros: number;
  uncertain: boolean;
  /** Sent reading by reading in plain text, since the usual form was turned away. */
  plain: boolean;
}

/** What the cloud says about what it got. */
export interface Confirmation {
  /** Committed. */
  seqs: number[];
  /** The cloud has just come back: what it did not confirm until now, it may never have got. */
  isBack: boolean;
  /** When the cloud said so, by its own clock. */
  echo: Echo;
}

/** A moment of the cloud's monotonic clock, handed back: what comes with it was sent later than that, whatever held it up. */
export interface Echo {
  incarnation: number;
  micros: number;
}

/** What the gateway says about itself, once per second. */
export interface Status {
  boot: number;
  backlog: number;
  /** Which seqs it holds, right after it came back: what of these is in already need not be sent again. */
  holds?: { fromSeq: number; toSeq: number };
  /** The layer that the gateway finds wrong, looking at its machines and at itself. */
  layer: Layer | undefined;
  said: string;
}

/**
 * Sends what the outbox holds, live data first, the backlog beside it, and forgets an entry only when the cloud has
 * confirmed its commit. What is not confirmed in time is sent again; what is turned away twice is sent reading by reading.
 */
export class Forwarder {
  readonly client: MqttClient;
  readonly #gateway: Gateway;
  /** When each unconfirmed entry was sent, in the order of sending. */
  readonly #inFlight = new Map<number, number>();
  /** Sent from here on as soon as they are there: entries since the connection was made. */
  #liveSeq = 0;
  #backlogSeq = 0;
  #backlogEndSeq = 0;
  /** What was there when the connection was made. */
  #replayEndSeq = 0;
  #backlogFreeAtMicros = 0;
  #waitsForPace = false;
  #stalled = false;
  #connectedAtMicros = 0;
  #echo: Echo | undefined;
  /** Sent over this connection and not yet taken by the broker, in the order of sending. */
  readonly #notTaken = new Set<number>();
  /** How often an entry was the first not taken when the connection ended. */
  readonly #turnedAway = new Map<number, number>();

  constructor(gateway: Gateway) {
    const { life, uplink, broker } = gateway.surroundings;
    const { keepAliveMs, retryMaxMs } = gateway.parameters;
    this.#gateway = gateway;
    this.client = new MqttClient(life, uplink, broker, {
      keepAliveMicros: keepAliveMs * 1000,
      ...(gateway.protect.retriesSoon
        ? { retryMaxMicros: gateway.protect.boundsBackoff ? retryMaxMs * 1000 : Infinity }
        : { firstRetryMicros: LONG_RETRY_MICROS, retryMaxMicros: LONG_RETRY_MICROS }),
      retriesAfterRefusal: gateway.protect.retriesAfterRefusal,
      credentials: () => gateway.surroundings.credentials(),
      subscribes: ['confirm'],
    });
    this.client.onConnected = () => this.#connected();
    this.client.onLost = () => this.#lost();
    this.client.onMessage = (message, acknowledge) => {
      acknowledge();
      const { seqs, isBack, echo } = message.payload as Confirmation;
      this.#echo = echo;
      this.#confirmed(seqs);
      if (isBack) this.#resend(() => true);
    };
    this.client.onPuback = (message) => {
      const { seq } = (message.payload as Sent).entry;
      this.#notTaken.delete(seq);
      if (!gateway.protect.deletesAtCommit) this.#confirmed([seq]);
    };
    this.client.onRefused = () => gateway.refused();
  }

  start(): void {
    this.client.start();
    this.#look();
  }

  /** An entry was committed, or the time is known now. */
  offer(): void {
    this.#pump();
  }

  /** The mistake of sending without storing. */
  sendUnstored(entry: Entry): void {
    this.#send(entry);
  }

  #connected(): void {
    const { outbox, protect } = this.#gateway;
    this.#inFlight.clear();
    this.#connectedAtMicros = this.#gateway.surroundings.life.loop.nowMicros;
    if (!this.#gateway.time.knowsTheTime) this.#askTheTimeFirst();
    this.#replayEndSeq = outbox.nextSeq;
    this.#backlogSeq = outbox.oldestSeq;
    this.#liveSeq = this.#firstLiveSeq();
    this.#backlogEndSeq = protect.sendsLiveFirst ? this.#liveSeq : Infinity;
    this.#gateway.connectionMade();
    this.#report({ fromSeq: outbox.oldestSeq, toSeq: outbox.nextSeq });
    if (protect.drainsUnasked) this.#pump();
  }

  /** What is sent before the time is known has uncertain stamps for ever: it is worth a moment to ask. */
  #askTheTimeFirst(): void {
    this.#gateway.askTheTime();
    for (const patienceMicros of [PATIENCE_MICROS, PATIENCE_IF_UNDATED_MICROS]) this.#gateway.surroundings.life.after(patienceMicros, () => this.#pump());
  }

  #waitsForTime(): boolean {
    const { time, surroundings: { life } } = this.#gateway;
    const patienceMicros = time.isUndated ? PATIENCE_IF_UNDATED_MICROS : PATIENCE_MICROS;
    return !time.knowsTheTime && life.loop.nowMicros - this.#connectedAtMicros < patienceMicros;
  }

  /** What was read in the last moments is live, although there was nobody yet to send it to. */
  #firstLiveSeq(): number {
    const { outbox, time } = this.#gateway;
    const now = time.calendar(time.now());
    let seq = outbox.nextSeq;
    while (seq > outbox.oldestSeq) {
      const entry = outbox.get(seq - 1);
      if (entry?.kind === 'readings' && now - time.calendar(entry.stamp) > LIVE_MICROS) break;
      seq--;
    }
    return seq;
  }

  #lost(): void {
    const { protect, outbox } = this.#gateway;
    const suspect = this.#notTaken.values().next().value;
    if (suspect !== undefined) this.#turnedAway.set(suspect, (this.#turnedAway.get(suspect) ?? 0) + 1);
    this.#notTaken.clear();
    this.#gateway.connectionLost();
    if (!protect.keepsInFlight) for (const seq of this.#inFlight.keys()) if (seq < this.#replayEndSeq) outbox.remove(seq);
    this.#inFlight.clear();
  }

  #confirmed(seqs: number[]): void {
    const { outbox } = this.#gateway;
    for (const seq of seqs) {
      this.#inFlight.delete(seq);
      this.#turnedAway.delete(seq);
      outbox.remove(seq);
    }
    if (this.#gateway.protect.drainsUnasked) this.#pump();
  }

  /** Live data may use the whole window; the backlog leaves it a share and keeps to its pace. */
  #pump(): void {
    const { sendableSeq, parameters, protect } = this.#gateway;
    if (!this.client.connected || this.#waitsForTime() || this.#isStalled()) return;
    const room = parameters.windowMessages;
    while (this.#inFlight.size < room && this.#liveSeq <= sendableSeq && protect.sendsLiveFirst) this.#sendHeld(this.#liveSeq++);
    while (this.#inFlight.size < room * (1 - LIVE_SHARE) && this.#backlogSeq < this.#backlogEndSeq && this.#backlogSeq <= sendableSeq) {
      if (!this.#paceAllows()) return;
      this.#sendHeld(this.#backlogSeq++, true);
      if (!protect.drainsUnasked) return;
    }
  }

  #sendHeld(seq: number, backlog = false): void {
    const { outbox, life } = { outbox: this.#gateway.outbox, life: this.#gateway.surroundings.life };
    const entry = outbox.get(seq);
    if (!entry || this.#inFlight.has(seq)) return;
    this.#inFlight.set(seq, life.loop.nowMicros);
    if (backlog) this.#backlogFreeAtMicros = Math.max(this.#backlogFreeAtMicros, life.loop.nowMicros) + (readingsIn(entry) / this.#drainRate()) * 1e6;
    this.#send(entry, backlog && entry.kind === 'readings' && !this.#gateway.protect.keepsOrderOfBacklog);
  }

  #send(entry: Entry, stampNow = false): void {
    const { time, parameters, protect } = this.#gateway;
    const from = entry.kind === 'gap' ? entry.from : entry.stamp;
    const errorMicros = entry.kind === 'readings' ? entry.errorMicros : 0;
    const sent: Sent = {
      entry,
      stampMicros: time.calendar(stampNow ? time.now() : from),
      echo: this.#echo,
      ageMicros: time.calendar(time.now()) - time.calendar(from),
      toMicros: entry.kind === 'gap' ? time.calendar(entry.to) : 0,
      uncertain: !time.isConfirmed(from) || errorMicros > parameters.timeWithinMs * 800,
      plain: protect.isolatesPoison && (this.#turnedAway.get(entry.seq) ?? 0) >= 2,
    };
    this.#notTaken.add(entry.seq);
    this.client.publish({ topic: 'data', payload: sent, qos: 1 }, 20 + readingsIn(entry) * parameters.readingBytes);
  }

  #drainRate(): number {
    const { parameters, protect } = this.#gateway;
    const arrival = (parameters.machines * 1000) / parameters.periodMs;
    return protect.drainsFasterThanArrival ? parameters.drainReadingsPerSecond : arrival * 0.1;
  }

  #paceAllows(): boolean {
    const { life } = this.#gateway.surroundings;
    const waitMicros = this.#backlogFreeAtMicros - life.loop.nowMicros;
    if (waitMicros <= 0) return true;
    if (!this.#waitsForPace) {
      this.#waitsForPace = true;
      life.after(waitMicros, () => {
        this.#waitsForPace = false;
        if (this.#gateway.protect.drainsUnasked) this.#pump();
      });
    }
    return false;
  }

  /** The mistake of a buffer that was full once and never recovers. */
  #isStalled(): boolean {
    const { protect, outbox, parameters } = this.#gateway;
    if (!protect.recoversFromFull && outbox.readings + parameters.machines > parameters.bufferReadings) this.#stalled = true;
    return this.#stalled;
  }

  /** Once in a while: sends again what was not confirmed in time, and says how the gateway is. */
  #look(): void {
    const { parameters, surroundings: { life } } = this.#gateway;
    if (this.client.connected) {
      this.#resend((sentAtMicros) => life.loop.nowMicros - sentAtMicros > parameters.confirmWithinMs * 1000);
      this.#report();
    }
    life.after(parameters.statusEveryMs * 1000, () => this.#look());
  }

  #report(holds?: Status['holds']): void {
    this.client.publish({ topic: 'status', payload: { ...this.#gateway.status(), holds } satisfies Status, qos: 0 } satisfies Message, 40);
  }

  /** Sends again what was sent first, as long as that was too long ago. */
  #resend(isTooLongAgo: (sentAtMicros: number) => boolean): void {
    for (const [seq, sentAtMicros] of Array.from(this.#inFlight)) {
      if (!isTooLongAgo(sentAtMicros)) return;
      this.#inFlight.delete(seq);
      this.#sendHeld(seq);
    }
  }
}
