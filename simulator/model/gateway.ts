import type { Layer } from '../recorder.ts';
import { Alerts } from './alerts.ts';
import type { Broker } from './broker.ts';
import type { DiskTroubles } from './disk-troubles.ts';
import type { Entry, GapEntry, ManualEntry, Moment, New, NewEntry } from './entries.ts';
import { Forwarder } from './forwarder.ts';
import type { Status } from './forwarder.ts';
import type { Death, Life } from './life.ts';
import type { Link } from './link.ts';
import type { Outbox } from './outbox.ts';
import type { Parameters } from './parameters.ts';
import type { Plant } from './plant.ts';
import { Poller } from './poller.ts';
import type { Protections } from './protections.ts';
import { keepWithinBounds } from './retention.ts';
import type { TimeService } from './time-service.ts';
import { Timekeeper } from './timekeeper.ts';

const RETRY_MICROS = 100_000;
/** When an operating system writes what nobody asked it to sync. */
const LAZY_SYNC_MICROS = 1_000_000;
const ASK_TIME_AGAIN_MICROS = 500_000;
/** For this long after a restart the gateway says that there was one. */
const TELLS_OF_BOOT_MICROS = 2_000_000;

/** Everything around a gateway. */
export interface Surroundings {
  life: Life;
  plantLife: Life;
  plant: Plant;
  field: Link;
  uplink: Link;
  broker: Broker;
  timeService: TimeService;
  disk: DiskTroubles;
  siren: (alert: string) => void;
  credentials: () => string;
}

/**
 * The gateway: what is volatile in it is made anew at every boot (timekeeper, poller, forwarder, alerts); the outbox is
 * its disk and stays.
 */
export class Gateway {
  readonly surroundings: Surroundings;
  readonly parameters: Parameters;
  readonly protect: Protections;
  readonly outbox: Outbox;
  time!: Timekeeper;
  forwarder!: Forwarder;
  poller!: Poller;
  alerts!: Alerts;
  /** By device (null: all): the last gap declared for what was thrown away. */
  readonly droppedGaps = new Map<number | null, GapEntry>();
  /** A record was half written when the power went. */
  #torn = false;
  #cannotSync = false;
  #lostConnectionAt: Moment | undefined;

  constructor(surroundings: Surroundings, parameters: Parameters, protect: Protections, outbox: Outbox) {
    this.surroundings = surroundings;
    this.parameters = parameters;
    this.protect = protect;
    this.outbox = outbox;
    surroundings.life.onBoot = () => this.#boot();
  }

  #boot(): void {
    const { life, uplink, broker } = this.surroundings;
    if (this.#torn && !this.protect.survivesTornTail) return life.exit('the journal ends in half a record');
    if (!this.protect.bootsUnaided && life.incarnation > 1 && (uplink.isDown || !broker.life.up)) return life.exit('no broker');
    if (!this.protect.keepsIdsAcrossBoots) this.outbox.renumber();
    this.#cannotSync = false;
    this.time = new Timekeeper(life, this.outbox, this.protect);
    this.alerts = new Alerts(this);
    this.forwarder = new Forwarder(this);
    this.poller = new Poller(this);
    this.forwarder.start();
    this.poller.start();
    this.#keepAskingTheTime();
    if (!this.protect.syncsBeforeUse) this.#syncLazily();
  }

  /** What death takes from the disk; returns how many entries. */
  lose(how: Death): number {
    if (!this.protect.storesOnDisk) {
      const { readings } = this.outbox;
      this.outbox.loseEverything();
      return readings;
    }
    if (how !== 'power-cut') return 0;
    this.#torn = this.outbox.unsyncedWrites > 0;
    return this.outbox.losePageCache();
  }

  /** False while nothing more can be kept: then no machine is asked, so that none believes that it was heard. */
  hasRoom(): boolean {
    const { protect, outbox, parameters, surroundings: { disk } } = this;
    if (protect.storesOnDisk && disk.refusesWrites) {
      disk.disturbed++;
      return false;
    }
    if (parameters.whenFull !== 'stop-reading' || !protect.keepsOldestWhenFull || !protect.keepsNewestWhenFull || !protect.boundsTheBuffer) return true;
    return outbox.readings + parameters.machines <= parameters.bufferReadings;
  }

  /** Nothing beyond this seq may leave the gateway: a power cut could still make it unhappen. */
  get sendableSeq(): number {
    const { protect, outbox } = this;
    return protect.storesOnDisk && protect.syncsBeforeUse ? outbox.syncedSeq : outbox.nextSeq - 1;
  }

  /** Puts entries on the disk, in one transaction, and then on their way. `done` once they are safe: later, if the disk is in trouble. */
  commit(entries: NewEntry[], done: () => void): void {
    const { protect, outbox, surroundings: { life, disk } } = this;
    if (protect.storesOnDisk && disk.refusesWrites) {
      disk.disturbed++;
      life.after(RETRY_MICROS, () => this.commit(entries, done));
      return;
    }
    if (this.#sendsWithoutStoring(entries)) return done();
    for (const entry of keepWithinBounds(this, entries)) outbox.append(entry);
    const throughSeq = outbox.nextSeq - 1;
    const ready = () => {
      done();
      this.forwarder.offer();
    };
    if (!protect.storesOnDisk || !protect.syncsBeforeUse) ready();
    else this.#sync(throughSeq, ready);
  }

  /** A person typed something in at the panel; `answer` tells them that it is safe. */
  type(entry: New<ManualEntry>, answer: () => void): void {
    if (this.outbox.keys.has(entry.key) && this.protect.mergesManualOnce) this.#sync(this.outbox.nextSeq - 1, answer);
    else this.commit([entry], answer);
  }

  status(): Status {
    const { outbox, poller, surroundings: { disk, life } } = this;
    const say = (layer?: Layer, said = 'ok'): Status => ({ boot: life.incarnation, backlog: outbox.readings, layer, said });
    if (disk.refusesWrites || this.#cannotSync) return say('gateway', 'the gateway cannot store');
    if (life.incarnation > 1 && life.monotonicMicros() < TELLS_OF_BOOT_MICROS) return say('gateway', 'the gateway has restarted');
    const layer = poller.diagnose();
    if (layer === 'network') return say(layer, 'no machine can be reached');
    return layer === 'device' ? say(layer, 'machines do not answer') : say();
  }

  connectionLost(): void {
    this.#lostConnectionAt = this.time.now();
  }

  /** The mistake of taking an outage of the uplink for missing data, although it is in the outbox. */
  connectionMade(): void {
    const from = this.#lostConnectionAt;
    this.#lostConnectionAt = undefined;
    if (this.protect.declaresOnlyRealGaps || !from) return;
    const gap: New<GapEntry> = { kind: 'gap', device: null, from, to: this.time.now(), reason: 'offline' };
    if (this.time.calendar(gap.to) - this.time.calendar(from) > this.parameters.gapAfterMs * 1000) this.commit([gap], () => {});
  }

  /** The broker would not have these credentials. */
  refused(): void {
    if (!this.protect.buffersWhileRevoked) this.outbox.loseEverything();
  }

  #sendsWithoutStoring(entries: NewEntry[]): boolean {
    const { protect, outbox, forwarder } = this;
    const { connected, connects } = forwarder.client;
    const unstored = (!protect.storesBeforeSending && connected) || (!protect.storesWhileNeverConnected && connects === 0);
    if (!unstored) return false;
    for (const entry of entries) {
      const passed: Entry = outbox.passBy(entry);
      outbox.synced(passed.seq);
      if (connected) forwarder.sendUnstored(passed);
    }
    return true;
  }

  #sync(throughSeq: number, done: () => void): void {
    const { life, disk } = this.surroundings;
    if (disk.slowMicros > 0) disk.disturbed++;
    life.after(this.parameters.gatewayCommitMs * 1000 + disk.slowMicros, () => {
      this.#cannotSync = disk.syncFails();
      if (this.#cannotSync) return this.#sync(throughSeq, done);
      if (disk.syncLies()) this.outbox.believedSynced(throughSeq);
      else this.outbox.synced(throughSeq);
      done();
    });
  }

  #syncLazily(): void {
    this.surroundings.life.after(LAZY_SYNC_MICROS, () => {
      this.outbox.synced();
      this.#syncLazily();
    });
  }

  #keepAskingTheTime(): void {
    if (this.time.knowsTheTime) return;
    this.askTheTime();
    this.surroundings.life.after(ASK_TIME_AGAIN_MICROS, () => this.#keepAskingTheTime());
  }

  /** Asks once; an answer that took too long is worth nothing. */
  askTheTime(): void {
    const { timeService, uplink, life } = this.surroundings;
    timeService.ask(uplink, life, (calendarMicros, roundTripMicros) => {
      if (roundTripMicros / 2 > this.parameters.timeWithinMs * 400) return;
      this.time.learn(calendarMicros);
      this.forwarder.offer();
    });
  }
}
