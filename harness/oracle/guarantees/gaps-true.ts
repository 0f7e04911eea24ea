import type { HistoryEvent } from '../../../simulator/recorder.ts';
import type { Account } from '../account.ts';
import type { Doubts } from '../doubts.ts';
import { rowsShare } from '../evidence-share.ts';
import { broken, held, vacuous } from '../finding.ts';
import type { Guarantee } from '../guarantee.ts';
import { UNCERTAIN } from '../../history/history.ts';
import { DELIVERED, IN_WINDOW } from '../marks.ts';
import { oursIn, stallFelt, stepBefore } from '../stalls.ts';
import { trackOf } from '../track.ts';
import { Victims } from '../victims.ts';
import { count, duration, moment } from '../words.ts';

export const gapsTrue: Guarantee = {
  id: 'gaps-true',
  promise: 'No false gap',
  definition:
    'No declared gap covers a reading that is at the outlet, beyond one period at its edges, and none is declared where nothing is missing: no reading lost or in flight, ' +
    'and no two readings further apart than two periods. Where the stamp of a reading is off, it must lie inside the gap by truth and by its stamp.',
  evidence: 'At least half of the readings of the window that are not lost are at the outlet: a gap is false by what was delivered inside it.',
  needs: [{ offer: 'gaps' }],
  cause:
    'The gap is measured between arrivals, and the readings it names were only late; or its edges come from a wall clock that was set meanwhile; ' +
    'or a watchdog with a time-out near the period declares gaps whenever the machine is a little slow.',
  fix:
    'Measure gaps between the times at which readings were made, not at which they arrived, on the same clock as the stamps. ' +
    'Declare a gap for a buffered outage only once the backlog is in, or take it back when the readings arrive.',
  timed: true,
  check,
};

type Gap = HistoryEvent & { kind: 'gap' };

function check(account: Account, doubts: Doubts) {
  const { history, timeline: { window } } = account;
  const all = history.events.filter((event): event is Gap => event.kind === 'gap');
  if (all.length === 0) return vacuous('No gap was declared, so none could be false');
  const gaps = all.filter((gap) => !(gap.toMicros < window.fromMicros || gap.fromMicros > window.toMicros));
  if (gaps.length === 0) return vacuous(`${count(all.length, 'declared gap')}, all outside of the judged window: none that could be judged`, { declaredGaps: 0, gapsOutsideWindow: all.length });

  const victims = new Victims();
  for (const gap of gaps) {
    const wrong = whatIsWrong(account, gap);
    if (wrong && !doubts.add(whyUnsure(account, gap))) victims.add(gap.fromMicros, () => ({ atMicros: gap.fromMicros, toMicros: gap.toMicros, device: gap.device ?? undefined, what: `${lengthOf(gap)} ${wrong}` }));
  }
  const numbers = { declaredGaps: gaps.length, falseGaps: victims.total };
  if (victims.total === 0) return held(`${count(gaps.length, 'declared gap')}, each with something missing and nothing delivered inside`, numbers, rowsShare(account));
  return broken(`${victims.total} of ${count(gaps.length, 'declared gap')} ${victims.total === 1 ? 'is' : 'are'} false; first: ${victims.oldest[0]!.what}`, numbers, victims);
}

/** What was asked for in vain because the harness stood still is rightly called a gap: one of which that makes up the most is not sure to be false. */
function whyUnsure({ stalls, timeline: { window } }: Account, { fromMicros, toMicros }: Gap): string | undefined {
  const endMicros = Math.min(toMicros, window.toMicros);
  const mostlyOurs = oursIn(stalls, fromMicros, endMicros) * 2 >= endMicros - fromMicros;
  return stepBefore(stalls, endMicros) ?? (mostlyOurs ? stallFelt(stalls, fromMicros, endMicros) : undefined);
}

function lengthOf({ fromMicros, toMicros }: Gap): string {
  return toMicros === Infinity ? 'a gap that is still open' : `a gap of ${duration(toMicros - fromMicros)}`;
}

function whatIsWrong(account: Account, gap: Gap): string | undefined {
  const { devices, readings } = account.history;
  if (!(gap.toMicros >= gap.fromMicros)) return 'ends before it begins';
  const named = gap.device === null ? [...devices.keys()] : [devices.indexOf(gap.device)];
  if (named.includes(-1)) return 'is for a device that the plant does not have';
  for (const device of named) {
    const reading = deliveredInside(account, gap, device);
    if (reading === undefined) continue;
    return `covers ${devices[device]} n ${readings.n[reading]}, made ${moment(readings.atMicros[reading]!)} and delivered`;
  }
  if (!named.some((device) => missesSomething(account, gap, device))) return 'is declared where nothing is missing';
  return undefined;
}

/** The first delivered reading of the window inside the gap, by truth and by its stamp. */
function deliveredInside({ history, terms, match, marks }: Account, gap: Gap, device: number): number | undefined {
  const track = trackOf(history, match, device);
  const { stampMicros, flags } = history.deliveries;
  const fromMicros = gap.fromMicros + terms.periodMs * 1000;
  const toMicros = gap.toMicros - terms.periodMs * 1000;
  for (let place = track.firstAfter(fromMicros); track.at(place) < toMicros; place++) {
    const reading = match.order[place]!;
    if ((marks[reading]! & (DELIVERED | IN_WINDOW)) !== (DELIVERED | IN_WINDOW)) continue;
    const row = match.rowOf[reading]!;
    const stamp = stampMicros[row]!;
    const elsewhere = stamp <= fromMicros || stamp >= toMicros;
    // An uncertain stamp speaks for the gap only as far as a certain one would be believed.
    const believed = !(flags[row]! & UNCERTAIN) || Math.abs(stamp - track.at(place)) <= terms.claims['time-within'] * 1000;
    if (!elsewhere || !believed) return reading;
  }
  return undefined;
}

/** A reading that did not arrive, or two readings further apart than two periods, within a period of the gap. */
function missesSomething({ history, terms, match, marks }: Account, gap: Gap, device: number): boolean {
  const track = trackOf(history, match, device);
  const periodMicros = terms.periodMs * 1000;
  const fromMicros = gap.fromMicros - periodMicros;
  const toMicros = gap.toMicros + periodMicros;
  for (let place = track.firstAfter(fromMicros); ; place++) {
    if (track.at(place) - track.at(place - 1) > 2 * periodMicros) return true;
    if (track.at(place) >= toMicros) return false;
    if (!(marks[match.order[place]!]! & DELIVERED)) return true;
  }
}
