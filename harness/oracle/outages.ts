import type { Account } from './account.ts';
import { mergeIntervals } from './intervals.ts';
import { forEachMade } from './made.ts';
import type { FaultWindow, Timeline } from './timeline.ts';

/** A time in which some hop towards the outlet could not be relied on, so that readings had to be held back. */
export interface Outage {
  fromMicros: number;
  toMicros: number;
  /** Nothing else was wrong: no node was without power, paused or out of disk, no device was ill or out of reach. */
  alone: boolean;
}

const SEVERING = new Set(['link', 'broker', 'service', 'access']);
const CONFUSING = new Set(['power', 'process', 'disk', 'device']);

export function outagesOf({ timeline: { faults }, history }: Account): Outage[] {
  const fieldLinks = new Set(history.meta.pipeline.fieldLinks);
  const windowsOf = (wanted: (fault: FaultWindow) => boolean) =>
    faults.filter(wanted).flatMap(({ fromMicros, toMicros }) => (fromMicros === undefined ? [] : [{ fromMicros, toMicros }]));
  const confuses = ({ planned }: FaultWindow) => CONFUSING.has(planned.family) || fieldLinks.has(planned.target);
  const merged = mergeIntervals(windowsOf((fault) => SEVERING.has(fault.planned.family) && !confuses(fault)));
  const confusing = windowsOf(confuses);
  return Array.from({ length: merged.length / 2 }, (_, i) => {
    const [fromMicros, toMicros] = [merged[2 * i]!, merged[2 * i + 1]!];
    return { fromMicros, toMicros, alone: !confusing.some((other) => other.fromMicros <= toMicros && other.toMicros >= fromMicros) };
  });
}

/** Cuts of power after which un-synced writes were gone. */
export function powerCuts({ faults }: Timeline): (FaultWindow & { fromMicros: number })[] {
  return faults.filter((fault): fault is FaultWindow & { fromMicros: number } =>
    fault.fromMicros !== undefined && (fault.planned.kind === 'power-cut' || fault.planned.kind === 'brownout'));
}

/**
 * Whether the claims allow the loss of a reading: in an outage longer than `buffers-for`, at an end where nothing of its
 * device is held any more and beyond what has to fit; or less than `power-loss-window` before a power cut. Whether the
 * buffer really holds what it has to is judged by `capacity`, whether the window is kept by `power-safe`.
 */
export function allowedLoss(account: Account): (reading: number) => boolean {
  const { history: { readings }, terms, timeline } = account;
  const buffersMicros = (terms.claims['buffers-for'] ?? Infinity) * 1000;
  const windowMicros = (terms.claims['power-loss-window'] ?? 0) * 1000;
  const cuts = powerCuts(timeline);
  const overlong = outagesOf(account)
    .filter(({ fromMicros, toMicros }) => toMicros - fromMicros > buffersMicros)
    .map((outage) => ({ ...outage, ...heldEnds(account, outage) }));
  return (reading) => {
    const latched = readings.atMicros[reading]!;
    const device = readings.device[reading]!;
    return (
      cuts.some(({ fromMicros }) => latched <= fromMicros && latched > fromMicros - windowMicros) ||
      overlong.some(({ fromMicros, toMicros, oldest, newest }) => latched >= fromMicros && latched <= toMicros &&
        ((latched > newest[device]! && latched > fromMicros + buffersMicros) || (latched < oldest[device]! && latched < toMicros - buffersMicros)))
    );
  };
}

/** Per device, when the oldest and the newest reading was made that was held through the outage and arrived after it. */
function heldEnds(account: Account, { fromMicros, toMicros }: Outage): { oldest: Float64Array; newest: Float64Array } {
  const { history: { devices, readings, deliveries }, match } = account;
  const oldest = new Float64Array(devices.length).fill(-Infinity);
  const newest = oldest.slice();
  forEachMade(account, fromMicros, toMicros, (reading) => {
    const row = match.rowOf[reading]!;
    if (row < 0 || deliveries.seenAtMicros[row]! < toMicros) return;
    const device = readings.device[reading]!;
    if (newest[device] === -Infinity) oldest[device] = readings.atMicros[reading]!;
    newest[device] = readings.atMicros[reading]!;
  });
  return { oldest, newest };
}
