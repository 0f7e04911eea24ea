import { uptimeMicros } from './entries.ts';
import type { Batch, Moment } from './entries.ts';
import type { Life } from './life.ts';
import type { BootRecord, Outbox } from './outbox.ts';
import type { Protections } from './protections.ts';

/**
 * What time it is, for one boot of the gateway. Moments are kept on the monotonic clock, which no clock fault touches;
 * when the boot began by the calendar is learnt from the time service, once it can be reached. Until then it is
 * estimated: the machines' own uptimes say how long the gateway was away, and failing them the wall clock does.
 * Stamps of a boot that was never confirmed are uncertain, and never before what was stamped earlier.
 */
export class Timekeeper {
  readonly boot: number;
  readonly #life: Life;
  readonly #outbox: Outbox;
  readonly #protect: Protections;
  #bridged = false;

  constructor(life: Life, outbox: Outbox, protect: Protections) {
    this.#life = life;
    this.#outbox = outbox;
    this.#protect = protect;
    const trustsBlindly = !protect.correctsStaleBoot;
    this.boot = outbox.boots.push({ startsAtMicros: life.wallMicros(), confirmed: trustsBlindly }) - 1;
  }

  now(): Moment {
    if (!this.#protect.stampsByMonotonicClock) return { boot: 0, micros: this.#life.wallMicros() };
    return { boot: this.boot, micros: this.#life.monotonicMicros() };
  }

  /** The moment half-way between an earlier moment of this boot and now. */
  midway(since: Moment): Moment {
    const now = this.now();
    return { boot: now.boot, micros: (now.micros + since.micros) / 2 };
  }

  /** By the calendar, in run time. */
  calendar({ boot, micros }: Moment): number {
    return this.#outbox.boots[boot]!.startsAtMicros + micros;
  }

  isConfirmed({ boot }: Moment): boolean {
    return this.#outbox.boots[boot]!.confirmed;
  }

  get knowsTheTime(): boolean {
    return this.#outbox.boots[this.boot]!.confirmed;
  }

  /** Nothing but a wall clock says when this boot is: no time service, neither in it nor in a boot that leads up to it. */
  get isUndated(): boolean {
    return !this.#isDated(this.#outbox.boots[this.boot]!);
  }

  #isDated(record: BootRecord): boolean {
    return record.confirmed || (record.previous !== undefined && this.#isDated(this.#outbox.boots[record.previous.boot]!));
  }

  /** The time service answered: it is `calendarMicros` now, give or take half of the round trip. */
  learn(calendarMicros: number): void {
    const record = this.#outbox.boots[this.boot]!;
    if (record.confirmed) return;
    record.startsAtMicros = calendarMicros - this.#life.monotonicMicros();
    record.confirmed = true;
    this.#placeEarlierBoots();
  }

  /** The first readings of this boot: how much older the machines have become says how long the gateway was away. */
  bridge(batch: Batch, stamp: Moment): void {
    if (this.#bridged || stamp.boot !== this.boot) return;
    this.#bridged = true;
    const record = this.#outbox.boots[this.boot]!;
    let lastMicros = -Infinity;
    let startsAtMicros = -Infinity;
    for (const d of batch.devices) {
      const last = this.#outbox.last.of(d);
      if (!last) continue;
      lastMicros = Math.max(lastMicros, this.calendar(last.stamp));
      const agedMicros = uptimeMicros(batch, d) - uptimeMicros(last.batch, d);
      const laterByMicros = last.stamp.micros + agedMicros - stamp.micros;
      const wouldStart = this.#outbox.boots[last.stamp.boot]!.startsAtMicros + laterByMicros;
      if (agedMicros <= 0 || wouldStart <= startsAtMicros) continue;
      startsAtMicros = wouldStart;
      record.previous = { boot: last.stamp.boot, laterByMicros };
    }
    if (record.confirmed) this.#placeEarlierBoots();
    else if (record.previous) record.startsAtMicros = startsAtMicros;
    else if (this.calendar(stamp) <= lastMicros) record.startsAtMicros = lastMicros + 1 - stamp.micros;
  }

  /** Earlier boots of which nobody knew when they were are seen from after them. */
  #placeEarlierBoots(): void {
    const { boots } = this.#outbox;
    for (let later = boots[this.boot]!; later.previous; ) {
      const earlier = boots[later.previous.boot]!;
      if (this.#isDated(earlier)) return;
      earlier.startsAtMicros = later.startsAtMicros - later.previous.laterByMicros;
      later = earlier;
    }
  }
}
