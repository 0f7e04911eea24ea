import type { History } from '../history/history.ts';
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

/** One moment at which a node lost its power and its un-synced writes. */
export interface PowerCut {
  /** The fault that it belongs to. */
  id: string;
  /** From its application to the moment at which the node was gone: what was made meanwhile may have been lost as well. */
  fromMicros: number;
  toMicros: number;
}

/** Every cut counts by its own instant: a `brownout` is a burst of them, and the record says when the node was killed each time. */
export function powerCuts({ events }: History, { faults }: Timeline): PowerCut[] {
  return faults.flatMap(({ planned: { id, kind, target }, fromMicros, toMicros }) => {
    if (fromMicros === undefined || (kind !== 'power-cut' && kind !== 'brownout')) return [];
    const killed = events.filter((event) => event.kind === 'node' && event.state === 'killed' && event.node === target)
      .map(({ atMicros }) => atMicros).filter((atMicros) => atMicros >= fromMicros && atMicros <= toMicros);
    const [first = fromMicros, ...others] = kind === 'brownout' ? killed : killed.slice(0, 1);
    return [{ id, fromMicros, toMicros: first }, ...others.map((atMicros) => ({ id, fromMicros: atMicros, toMicros: atMicros }))];
  });
}

/** What the claim `power-loss-window` lets a power cut take, whichever cut it was. */
export function inLossWindow({ history, terms, timeline }: Pick<Account, 'history' | 'terms' | 'timeline'>): (atMicros: number) => boolean {
  const windowMicros = (terms.claims['power-loss-window'] ?? 0) * 1000;
  if (windowMicros === 0) return () => false;
  const cuts = powerCuts(history, timeline);
  return (atMicros) => cuts.some(({ fromMicros, toMicros }) => atMicros > fromMicros - windowMicros && atMicros <= toMicros);
}

/**
 * Whether the claims allow the loss of a reading: in an outage longer than `buffers-for`, at an end where nothing of its
 * device is held any more and beyond what has to fit; or less than `power-loss-window` before a power cut. Whether the
 * buffer really holds what it has to is judged by `capacity`, whether the window is kept by `power-safe`.
 */
export function allowedLoss(account: Account): (reading: number) => boolean {
  const { history: { readings }, terms } = account;
  const buffersMicros = (terms.claims['buffers-for'] ?? Infinity) * 1000;
  const mayBeCutOff = inLossWindow(account);
  const overlong = outagesOf(account)
    .filter(({ fromMicros, toMicros }) => toMicros - fromMicros > buffersMicros)
    .map((outage) => ({ ...outage, ...heldEnds(account, outage) }));
  return (reading) => {
    const latched = readings.atMicros[reading]!;
    const device = readings.device[reading]!;
    return (
      mayBeCutOff(latched) ||
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
