import type { Delivery, HealthStatus, Layer, Recorder } from '../recorder.ts';
import type { Broker, Message } from './broker.ts';
import type { DiskTroubles } from './disk-troubles.ts';
import type { ReadingsEntry } from './entries.ts';
import type { Confirmation, Sent, Status } from './forwarder.ts';
import type { Life } from './life.ts';
import type { Link } from './link.ts';
import { MqttClient } from './mqtt-client.ts';
import type { Pager } from './pager.ts';
import type { Parameters } from './parameters.ts';
import type { Protections } from './protections.ts';

const RETRY_MICROS = 100_000;
/** Without so many words from the gateway, something is wrong on the way. */
const STATUS_MISSED = 3;
/** For this long after a restart it says that there was one. */
const TELLS_OF_BOOT_MICROS = 2_000_000;
/** What is older than this looks old. */
const STALE_AFTER_MICROS = 3_000_000;

/** What the cloud says about itself and what it shows. */
export interface Health {
  status: HealthStatus;
  layer?: Layer;
  said: string;
  backlog: number;
}

interface Arrived {
  sent: Sent;
  acknowledge: () => void;
}

/**
 * Where people read the data. Everything that arrives is committed first, in one transaction with the memory of its
 * identity, and then confirmed to the gateway, also if it was there already.
 */
export class Cloud {
  readonly life: Life;
  readonly disk: DiskTroubles;
  readonly #recorder: Recorder;
  readonly #names: string[];
  readonly #parameters: Parameters;
  readonly #protect: Protections;
  readonly #pager: Pager;
  readonly #downlink: Link;
  readonly #broker: Broker;
  #client!: MqttClient;
  /** On disk: which entries are in, by seq; for a cloud that tells readings apart by their stamps, which stamps. */
  #known = new Uint8Array(1024);
  readonly #stamps = new Set<string>();
  readonly #keys = new Set<string>();
  /** In memory: arrived, not yet committed. */
  #arrived: Arrived[] = [];
  #committing = false;
  #cannotCommit = false;
  #status: Status | undefined;
  #heardAtMicros = 0;
  /** By device: when its newest reading was made at the earliest, on the monotonic clock of this boot. */
  readonly #newestAtMicros: Float64Array;
  /** One object for all rows: a recorder copies what it is given. */
  readonly #row: Delivery = { device: '', n: 0, value: 0.5, stampMicros: 0.5, seenAtMicros: 0.5, uncertain: false };

  constructor(
    life: Life, downlink: Link, broker: Broker, disk: DiskTroubles, pager: Pager,
    recorder: Recorder, names: string[], parameters: Parameters, protect: Protections,
  ) {
    this.life = life;
    this.disk = disk;
    this.#downlink = downlink;
    this.#broker = broker;
    this.#pager = pager;
    this.#recorder = recorder;
    this.#names = names;
    this.#parameters = parameters;
    this.#protect = protect;
    this.#newestAtMicros = new Float64Array(names.length).fill(-Infinity);
    life.onBoot = () => this.#boot();
  }

  #boot(): void {
    const { keepAliveMs, retryMaxMs } = this.#parameters;
    this.#arrived = [];
    this.#committing = false;
    this.#cannotCommit = false;
    this.#status = undefined;
    this.#heardAtMicros = 0;
    this.#newestAtMicros.fill(-Infinity);
    this.#client = new MqttClient(this.life, this.#downlink, this.#broker, {
      keepAliveMicros: keepAliveMs * 1000, retryMaxMicros: retryMaxMs * 1000, retriesAfterRefusal: true,
      credentials: () => 'cloud-1', subscribes: ['data', 'status'],
    });
    this.#client.onMessage = (message, acknowledge) => this.#heard(message, acknowledge);
    this.#client.onConnected = () => this.#say([], true);
    this.#client.start();
  }

  #heard(message: Message, acknowledge: () => void): void {
    this.#heardAtMicros = this.life.monotonicMicros();
    if (message.topic === 'status') {
      this.#status = message.payload as Status;
      if (this.#status.holds) this.#confirmWhatIsIn(this.#status.holds);
      return;
    }
    const sent = message.payload as Sent;
    if (!this.#protect.commitsBeforeConfirming) {
      acknowledge();
      this.#say([sent.entry.seq]);
    }
    this.#arrived.push({ sent, acknowledge });
    if (!this.#committing) this.#commitSoon(this.#parameters.cloudCommitMs * 1000);
  }

  /** One transaction for everything that has arrived; if the disk will not have it, nothing has happened. */
  #commitSoon(delayMicros: number): void {
    this.#committing = true;
    if (this.disk.slowMicros > 0) this.disk.disturbed++;
    this.life.after(delayMicros + this.disk.slowMicros, () => {
      if (this.disk.refusesWrites) this.disk.disturbed++;
      this.#cannotCommit = this.disk.refusesWrites || this.disk.syncFails();
      if (this.#cannotCommit) return this.#commitSoon(RETRY_MICROS);
      this.#committing = false;
      const committed = this.#arrived;
      this.#arrived = [];
      for (const { sent } of committed) this.#keep(sent);
      this.#say(committed.map(({ sent }) => sent.entry.seq));
      for (const { acknowledge } of committed) acknowledge();
    });
  }

  #confirmWhatIsIn({ fromSeq, toSeq }: { fromSeq: number; toSeq: number }): void {
    const seqs: number[] = [];
    for (let seq = fromSeq; seq < toSeq; seq++) if (this.#known[seq] === 1) seqs.push(seq);
    if (seqs.length > 0) this.#say(seqs);
  }

  #say(seqs: number[], isBack = false): void {
    if (!this.#client.connected) return;
    const echo = { incarnation: this.life.incarnation, micros: this.life.monotonicMicros() };
    this.#client.publish({ topic: 'confirm', payload: { seqs, isBack, echo } satisfies Confirmation, qos: 0 }, 16 + 8 * seqs.length);
  }

  #keep(sent: Sent): void {
    const { entry } = sent;
    const byIdentity = this.#protect.dedupesByIdentity || entry.kind !== 'readings';
    if (this.#protect.dedupes && byIdentity && this.#isKnown(entry.seq)) return;
    switch (entry.kind) {
      case 'readings':
        return this.#keepReadings(entry, sent);
      case 'gap':
        return this.#recorder.event({
          kind: 'gap', atMicros: this.#seenAtMicros(), device: entry.device === null ? null : this.#names[entry.device]!,
          fromMicros: sent.stampMicros, toMicros: sent.toMicros, reason: entry.reason,
        });
      case 'manual': {
        if (this.#protect.mergesManualOnce && this.#keys.has(entry.key)) return;
        this.#keys.add(entry.key);
        return this.#recorder.delivery({
          device: this.#names[entry.device]!, n: entry.n, value: entry.value, stampMicros: sent.stampMicros,
          seenAtMicros: this.#seenAtMicros(), uncertain: sent.uncertain, manual: this.#protect.marksManual,
        });
      }
      case 'alert':
        return this.#pager.page(entry.alert);
    }
  }

  #keepReadings({ batch }: ReadingsEntry, sent: Sent): void {
    const { stampsAtSource, keepsPrecision, dedupes, dedupesByIdentity } = this.#protect;
    const row = this.#row;
    row.stampMicros = stampsAtSource ? sent.stampMicros : this.life.wallMicros();
    row.seenAtMicros = this.#seenAtMicros();
    row.uncertain = sent.uncertain;
    const madeAtMicros = sent.echo?.incarnation === this.life.incarnation ? sent.echo.micros - sent.ageMicros : -Infinity;
    const { n, devices, values } = batch;
    const newestAtMicros = this.#newestAtMicros;
    const names = this.#names;
    const recorder = this.#recorder;
    for (let i = 0; i < n.length; i++) {
      const device = devices[i]!;
      if (dedupes && !dedupesByIdentity && this.#stampIsKnown(device, row.stampMicros)) continue;
      if (madeAtMicros > newestAtMicros[device]!) newestAtMicros[device] = madeAtMicros;
      row.device = names[device]!;
      row.n = n[i]!;
      row.value = keepsPrecision ? values[i]! : Math.round(values[i]! * 10) / 10;
      recorder.delivery(row);
    }
  }

  /** When the harness sees what is committed now: at its next look. */
  #seenAtMicros(): number {
    const lookMicros = this.#parameters.outletLookMs * 1000;
    return Math.ceil(this.life.loop.nowMicros / lookMicros) * lookMicros;
  }

  #isKnown(seq: number): boolean {
    if (seq >= this.#known.length) {
      const larger = new Uint8Array(2 * seq);
      larger.set(this.#known);
      this.#known = larger;
    }
    if (this.#known[seq] === 1) return true;
    this.#known[seq] = 1;
    return false;
  }

  /** The mistake of telling readings apart by their stamps, in ticks of an eighth of a second. */
  #stampIsKnown(device: number, stampMicros: number): boolean {
    const key = `${device} ${Math.floor(stampMicros / 125_000)}`;
    if (this.#stamps.has(key)) return true;
    this.#stamps.add(key);
    return false;
  }

  /** What it answers when it is asked how it is. */
  health(): Health {
    const { admitsTrouble, namesTheRightLayer, admitsStaleness } = this.#protect;
    const found = this.#diagnose(admitsStaleness);
    if (!admitsTrouble) return { status: 'ok', said: 'ok', backlog: found.backlog };
    if (found.layer && !namesTheRightLayer) return { ...found, layer: found.layer === 'device' ? 'platform' : 'device' };
    return found;
  }

  #diagnose(admitsStaleness: boolean): Health {
    const backlog = (this.#status?.backlog ?? 0) + this.#arrived.length;
    const now = this.life.monotonicMicros();
    const say = (status: HealthStatus, said: string, layer?: Layer): Health => ({ status, layer, said, backlog });
    if (this.#cannotCommit) return say('failed', 'the database does not take writes', 'platform');
    if (this.life.incarnation > 1 && now < TELLS_OF_BOOT_MICROS) return say('degraded', 'the cloud has restarted', 'platform');
    if (!this.#client.connected) return say('failed', 'no broker', 'network');
    if (now - this.#heardAtMicros > STATUS_MISSED * this.#parameters.statusEveryMs * 1000) return say('failed', 'nothing is heard of the gateway', 'network');
    if (this.#status?.layer) return say('degraded', this.#status.said, this.#status.layer);
    if (admitsStaleness && this.#newestAtMicros.some((at) => now - at > STALE_AFTER_MICROS)) return say('degraded', 'what is shown is old');
    return say('ok', 'ok');
  }
}
