import type { Layer } from '../recorder.ts';
import type { Batch, Moment, New, ReadingsEntry } from './entries.ts';
import type { Gateway } from './gateway.ts';
import { gapsBefore } from './gap-keeper.ts';
import type { Connection } from './link.ts';

const RECONNECT_MICROS = 200_000;
const CONNECT_WITHIN_MICROS = 1_000_000;
const FIRST_PAUSE_MICROS = 100_000;
const LONGEST_PAUSE_MICROS = 800_000;
/** Answers missed in a row. */
const SILENT_AFTER = 2;
/** How often a poller without a pause connects before the next period begins. */
const UNBOUNDED_TRIES = 12;
const UNREACHABLE_AFTER_MICROS = 500_000;

/** One round of questions under way. */
interface Round {
  number: number;
  asked: Moment;
  askedAtMicros: number;
}

/**
 * Reads the machines once per period, and asks none again before its last answer is safe on disk: what a machine takes
 * for acknowledged is. An answer that comes too late is worth nothing, and the connection it was asked over is given up,
 * so that it can never be taken for the next one.
 */
export class Poller {
  readonly #gateway: Gateway;
  readonly #all: Uint32Array;
  /** By machine: the connection it is asked over, replaced as a whole whenever one changes. */
  #connections: Uint32Array;
  /** By machine: the round whose answer is awaited; 0 if none. */
  readonly #awaited: Uint32Array;
  readonly #askedAtMicros: Float64Array;
  /** By machine: answers missed in a row, and when it may be asked again. */
  readonly #missed: Uint8Array;
  readonly #pausedUntilMicros: Float64Array;
  /** The mistake of a poll loop that ends at the first answer that does not come. */
  readonly #ended: Uint8Array;
  #troubled = false;
  #committing = 0;
  #round: Round = { number: 0, asked: { boot: 0, micros: 0 }, askedAtMicros: 0 };
  #link: Connection | undefined;
  #attempt = 0;
  #linkLostAtMicros = 0;
  /** All machines were silent, a new connection could be made, and they are silent still. */
  #silentSinceConnect = false;
  /** Answers nobody waited for; only a poller that does not match replies to questions ever looks at them. */
  #leftOver: Batch[] = [];

  constructor(gateway: Gateway) {
    const { machines } = gateway.parameters;
    this.#gateway = gateway;
    this.#all = Uint32Array.from({ length: machines }, (_, d) => d);
    this.#connections = new Uint32Array(machines);
    this.#awaited = new Uint32Array(machines);
    this.#askedAtMicros = new Float64Array(machines);
    this.#missed = new Uint8Array(machines);
    this.#ended = new Uint8Array(machines);
    this.#pausedUntilMicros = new Float64Array(machines);
  }

  start(): void {
    this.#connect();
    this.#tick();
  }

  /** What is wrong on the way to the machines: they can be reached and say nothing, or they cannot be reached. */
  diagnose(): Layer | undefined {
    const { life } = this.#gateway.surroundings;
    if (!this.#link) return life.monotonicMicros() - this.#linkLostAtMicros > UNREACHABLE_AFTER_MICROS ? 'network' : undefined;
    const silent = this.#silentMachines();
    if (silent === 0) return this.#silentSinceConnect ? 'device' : undefined;
    return silent < this.#all.length || this.#silentSinceConnect ? 'device' : undefined;
  }

  #silentMachines(): number {
    if (!this.#troubled) return 0;
    let silent = 0;
    for (const missed of this.#missed) if (missed >= SILENT_AFTER) silent++;
    return silent;
  }

  #connect(): void {
    const { life, field, plant, plantLife } = this.#gateway.surroundings;
    const attempt = ++this.#attempt;
    const again = () => {
      if (attempt !== this.#attempt) return;
      this.#attempt++;
      life.after(RECONNECT_MICROS, () => this.#connect());
    };
    field.connect(life, plantLife, (connection) => {
      if (attempt !== this.#attempt) return connection.close('client');
      this.#link = connection;
      if (!this.#gateway.protect.leavesMachinesAlone) for (const d of this.#all) plant.write(d, 'setpoint', 0);
      this.#connections = this.#connections.map(() => plant.newConnection());
      this.#awaited.fill(0);
      this.#missed.fill(0);
      this.#pausedUntilMicros.fill(0);
      connection.onClientEnd = () => {
        if (connection !== this.#link) return;
        this.#linkLost();
        again();
      };
    }, again);
    life.after(CONNECT_WITHIN_MICROS, () => !this.#link && again());
  }

  #linkLost(): void {
    this.#link = undefined;
    this.#linkLostAtMicros = this.#gateway.surroundings.life.monotonicMicros();
  }

  #tick(): void {
    const { life } = this.#gateway.surroundings;
    const periodMicros = this.#gateway.parameters.periodMs * 1000;
    const now = life.monotonicMicros();
    life.after((Math.floor(now / periodMicros) + 1) * periodMicros - now, () => this.#tick());
    if (!this.#link) return;
    if (this.#troubled) this.#giveUpLate(now);
    if (this.#link && this.#committing === 0 && this.#gateway.hasRoom()) this.#ask(now);
  }

  #ask(now: number): void {
    const { plant, life } = this.#gateway.surroundings;
    const link = this.#link!;
    const devices = this.#troubled ? this.#all.filter((d) => this.#awaited[d] === 0 && this.#pausedUntilMicros[d]! <= now && this.#ended[d] === 0) : this.#all;
    if (devices.length === 0) return;
    const round: Round = { number: this.#round.number + 1, asked: this.#gateway.time.now(), askedAtMicros: now };
    this.#round = round;
    for (let i = 0; i < devices.length; i++) {
      this.#awaited[devices[i]!] = round.number;
      this.#askedAtMicros[devices[i]!] = now;
    }
    this.#troubled = true;
    const question = { devices, connections: this.#connections };
    link.send('up', () => plant.ask(question, (batch, delayMicros) => {
      if (delayMicros === 0) link.send('down', () => this.#answered(batch, round));
      else life.loop.after(delayMicros, () => link.send('down', () => this.#answered(batch, round)));
    }));
    this.#takeLeftOver(round);
  }

  #answered(batch: Batch, round: Round): void {
    const onTime = this.#gateway.surroundings.life.monotonicMicros() - round.askedAtMicros <= this.#gateway.parameters.answerWithinMs * 1000;
    const { devices } = batch;
    let wanted = 0;
    for (let i = 0; i < devices.length; i++) if (this.#awaited[devices[i]!] === round.number) wanted++;
    if (wanted === devices.length && onTime) return this.#accept(batch, round);
    if (!this.#gateway.protect.matchesReplies) return this.#acceptForWhatIsAwaited(batch);
    if (wanted > 0 && onTime) this.#accept(part(batch, (d) => this.#awaited[d] === round.number), round);
  }

  #accept(batch: Batch, round: Round): void {
    const gateway = this.#gateway;
    const { time, outbox } = gateway;
    const errorMicros = (gateway.surroundings.life.monotonicMicros() - round.askedAtMicros) / 2;
    const entry: New<ReadingsEntry> = { kind: 'readings', batch, stamp: time.midway(round.asked), errorMicros };
    time.bridge(batch, entry.stamp);
    for (const d of batch.devices) {
      this.#awaited[d] = 0;
      this.#missed[d] = 0;
    }
    if (batch.devices === this.#all) this.#troubled = false;
    this.#silentSinceConnect = false;
    this.#committing++;
    gateway.commit([...gapsBefore(entry, outbox, gateway), entry], () => this.#committing--);
    gateway.alerts.look(batch.devices);
  }

  /** Questions without an answer: each machine gets a new connection and a little peace; if all are silent, so is the link. */
  #giveUpLate(now: number): void {
    const { parameters, protect, surroundings } = this.#gateway;
    const late = this.#all.filter((d) => this.#awaited[d]! > 0 && now - this.#askedAtMicros[d]! > parameters.answerWithinMs * 1000);
    if (late.length === 0) return;
    if (protect.matchesReplies) this.#connections = this.#connections.slice();
    for (const d of late) {
      this.#awaited[d] = 0;
      const missed = ++this.#missed[d]!;
      if (!protect.pollsOnAfterTimeOut) this.#ended[d] = 1;
      if (protect.matchesReplies) {
        this.#connections[d] = surroundings.plant.newConnection();
        for (let tries = protect.boundsReconnects ? 1 : UNBOUNDED_TRIES; tries > 0; tries--) surroundings.plant.reconnected(d);
        if (protect.boundsReconnects) this.#pausedUntilMicros[d] = now + Math.min(FIRST_PAUSE_MICROS * 2 ** missed, LONGEST_PAUSE_MICROS);
      }
    }
    if (this.#silentMachines() === this.#all.length) {
      this.#link?.close('client');
      this.#linkLost();
      this.#silentSinceConnect = true;
      this.#attempt++;
      this.#connect();
    }
  }

  /** The mistake of a poller that takes whatever comes for the answer to what it asked last. */
  #acceptForWhatIsAwaited(batch: Batch): void {
    const awaited = part(batch, (d) => this.#awaited[d]! > 0);
    if (awaited.devices.length > 0) this.#accept(awaited, this.#round);
    if (awaited.devices.length < batch.devices.length) this.#leftOver.push(part(batch, (d) => this.#awaited[d] === 0 && !awaited.devices.includes(d)));
  }

  #takeLeftOver(round: Round): void {
    if (this.#leftOver.length === 0) return;
    const leftOver = this.#leftOver;
    this.#leftOver = [];
    for (const batch of leftOver) this.#accept(batch, round);
  }
}

/** Those readings of a batch whose device passes. */
function part(batch: Batch, passes: (device: number) => boolean): Batch {
  const kept = [...batch.devices.keys()].filter((i) => passes(batch.devices[i]!));
  return {
    ...batch,
    devices: Uint32Array.from(kept, (i) => batch.devices[i]!),
    n: Uint32Array.from(kept, (i) => batch.n[i]!),
    values: Float32Array.from(kept, (i) => batch.values[i]!),
  };
}
