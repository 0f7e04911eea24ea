import type { Account } from './account.ts';
import type { Evidence } from './guarantee.ts';
import { forEachMarked } from './marks.ts';

const KEPT = 20;

/** Counts victims and keeps the oldest few. */
export class Victims {
  total = 0;
  /** In order of time, device, number. */
  readonly oldest: Evidence[] = [];

  /** Counts one victim; `describe` is asked only if it is among the oldest. */
  add(atMicros: number, describe: () => Evidence): void {
    this.total++;
    if (this.oldest.length === KEPT && atMicros > this.oldest[KEPT - 1]!.atMicros) return;
    this.oldest.push(describe());
    this.oldest.sort(byTime);
    this.oldest.length = Math.min(this.oldest.length, KEPT);
  }
}

/** A row of evidence about a reading of the plant. */
export function readingEvidence({ history, match, delays }: Account, reading: number, what: string): Evidence {
  const { atMicros, device, n } = history.readings;
  // One that never arrived was lost at some time from its making to when it should have been there.
  const span = match.rowOf[reading]! < 0 ? { toMicros: atMicros[reading]! + delays().usualDelayMicros } : {};
  return { atMicros: atMicros[reading]!, ...span, device: history.devices[device[reading]!]!, n: n[reading]!, what };
}

/** Counts every reading that has all the bits of `wanted` and none of `unwanted`, but for those that `excused` lets off. */
export function readingsWith(
  account: Account, wanted: number, unwanted: number, what: (reading: number) => string, excused: (reading: number) => boolean = () => false,
): Victims {
  const victims = new Victims();
  const { marks, history, tally } = account;
  if (tally(wanted, unwanted) === 0) return victims;
  forEachMarked(marks, wanted, unwanted, (reading) => {
    if (!excused(reading)) victims.add(history.readings.atMicros[reading]!, () => readingEvidence(account, reading, what(reading)));
  });
  return victims;
}

function byTime(a: Evidence, b: Evidence): number {
  return a.atMicros - b.atMicros || (a.device ?? '').localeCompare(b.device ?? '', 'en') || (a.n ?? 0) - (b.n ?? 0);
}
