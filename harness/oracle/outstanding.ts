import type { History } from '../history/history.ts';
import type { Delays } from './backlog.ts';
import { inBlocks } from './in-blocks.ts';
import { ACKNOWLEDGED, DELIVERED, IN_WINDOW, LATE, tallyOf } from './marks.ts';
import type { Match } from './match.ts';
import { stallFelt, stallsOf, stoodIn } from './stalls.ts';
import type { Timeline } from './timeline.ts';
import { count, duration } from './words.ts';

/** An old row that came in so shortly before the end, or what was said then, tells what the pipeline still held at the end. */
export const STILL_MICROS = 5_000_000;
/** Held back is what took this much longer than usual. */
const HELD_BACK_MICROS = 2_000_000;

/** Late is not lost: what was missing at the last look and may still come. */
export interface Outstanding {
  /** Why all that is missing may still come, in a sentence; undefined if only what no later reading of its device overtook may. */
  why: string | undefined;
  /** Acknowledged readings of the window that are missing and may still come: they are marked LATE without being DELIVERED. */
  readings: number;
  /** Devices that have such readings: what else is missing of them, a declared gap say, may be late as well. */
  devices: ReadonlySet<number>;
}

/** What decides what is open. */
export const WAIT_LONGER = 'Wait longer: a longer `drain` in the scenario, so that the pipeline can deliver what it holds; and see why it takes longer than its claim drains-within';

/** Why what is missing may still come, in words. */
export function whyOpen({ outstanding: { why } }: { outstanding: Outstanding }): string {
  return why ?? 'no later reading of their devices came in either, so that the pipeline may still hold them';
}

/**
 * Marks what is missing and may still come. A missing reading is lost if the pipeline had the time that it claims, held
 * nothing any more as far as it says and as was seen, and a later reading of the device has come in.
 */
export function markOutstanding(history: History, match: Match, timeline: Timeline, marks: Uint8Array, delays: () => Delays): Outstanding {
  const missing = IN_WINDOW | ACKNOWLEDGED;
  if (tallyOf(marks)(missing, DELIVERED) === 0) return { why: undefined, readings: 0, devices: new Set() };
  const why = notGivenItsTime(history, timeline) ?? saysItHolds(history, timeline) ?? stillArriving(history, match, timeline, delays().usualDelayMicros);
  let readings = 0;
  const devices = new Set<number>();
  for (const [device] of history.devices.entries()) {
    const from = match.first[device]!;
    for (let place = match.first[device + 1]! - 1; place >= from; place--) {
      const reading = match.order[place]!;
      const bits = marks[reading]!;
      if (!why && bits & DELIVERED) break; // it has overtaken what comes before it
      if ((bits & (missing | DELIVERED)) !== missing) continue;
      marks[reading] = bits | LATE;
      readings++;
      devices.add(device);
    }
  }
  return { why, readings, devices };
}

function notGivenItsTime(history: History, { lastHealMicros: heal = -Infinity, finalReadMicros }: Timeline): string | undefined {
  const stalls = stallsOf(history);
  const hadMicros = finalReadMicros - heal;
  const claimMicros = history.meta.terms.claims['drains-within'] * 1000;
  const stoodMicros = stoodIn(stalls, heal, finalReadMicros);
  if (hadMicros >= claimMicros && hadMicros - stoodMicros < claimMicros) return stallFelt(stalls, heal, finalReadMicros);
  return hadMicros < claimMicros ? `the outlet was last read ${duration(hadMicros)} after the last failure, and the claim drains-within is ${duration(claimMicros)}` : undefined;
}

/** By its own word: when it was asked last, more was on its way than ever before the first failure. */
function saysItHolds({ events, devices }: History, { firstFaultMicros, finalReadMicros }: Timeline): string | undefined {
  const said = events.flatMap((event) => (event.kind === 'health' && event.backlog !== undefined ? [{ atMicros: event.atMicros, backlog: event.backlog }] : []));
  const usual = said.reduce((most, { atMicros, backlog }) => (atMicros < (firstFaultMicros ?? Infinity) ? Math.max(most, backlog) : most), 0);
  const last = said.at(-1);
  return last && last.atMicros > finalReadMicros - STILL_MICROS && last.backlog > usual + devices.length
    ? `by its own word the pipeline had ${count(last.backlog, 'reading')} on their way when the outlet was last read` : undefined;
}

/** By what was seen: readings that were held back came in until the end, or a device had only just come back. */
function stillArriving(
  { devices, readings, deliveries: { seenAtMicros } }: History, { rowOf }: Match, { window, finalReadMicros, lastHealMicros = Infinity }: Timeline, usualMicros: number,
): string | undefined {
  const { atMicros, device, rows } = readings;
  const since = finalReadMicros - STILL_MICROS;
  const [horizon, heldBack, heal] = [window.toMicros, usualMicros + HELD_BACK_MICROS, lastHealMicros];
  const liveAt = new Float64Array(devices.length).fill(Infinity);
  let arriving = 0;
  inBlocks(rows, (from, to) => {
    for (let reading = from; reading < to; reading++) {
      const latched = atMicros[reading]!;
      const row = rowOf[reading]!;
      if (row < 0) continue;
      const seen = seenAtMicros[row]!;
      if (latched > heal && seen < liveAt[device[reading]!]!) liveAt[device[reading]!] = seen;
      if (seen > since && seen - latched > heldBack && latched <= horizon) arriving++;
    }
  });
  if (arriving > 0) return `${count(arriving, 'reading')} that had been held back came in within the last ${duration(STILL_MICROS)}`;
  const back = liveAt.findIndex((micros) => micros < Infinity && micros > since && micros - heal > heldBack);
  return back < 0 ? undefined : `${devices[back]} had come back only ${duration(finalReadMicros - liveAt[back]!)} before the outlet was last read`;
}

/** Acknowledged readings made after the window that are missing although a later one of their device came in and they had the time. */
export function lostAfterWindow({ history: { devices, readings }, match, marks, timeline, delays, outstanding }: {
  history: History; match: Match; marks: Uint8Array; timeline: Timeline; delays: () => Delays; outstanding: Outstanding;
}): number {
  if (outstanding.why !== undefined) return 0; // they may still come as well
  const { window, finalReadMicros } = timeline;
  let lost = 0;
  for (const [device] of devices.entries()) {
    let overtaken = false;
    for (let place = match.first[device + 1]! - 1; place >= match.first[device]!; place--) {
      const reading = match.order[place]!;
      const latched = readings.atMicros[reading]!;
      if (latched <= window.toMicros) break;
      if (marks[reading]! & DELIVERED) overtaken = true;
      else if (overtaken && marks[reading]! & ACKNOWLEDGED && finalReadMicros - latched > delays().usualDelayMicros + HELD_BACK_MICROS) lost++;
    }
  }
  return lost;
}
