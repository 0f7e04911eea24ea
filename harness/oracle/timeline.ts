import type { HistoryEvent } from '../../simulator/recorder.ts';
import type { PlannedFault } from '../../scenarios/schema/scenario.ts';
import { isFinished, lastPhase } from '../history/read.ts';
import type { History } from '../history/history.ts';

/** One planned fault, and what became of it. */
export interface FaultWindow {
  planned: PlannedFault;
  /** Undefined if it was never applied. */
  fromMicros: number | undefined;
  /** When it was healed; the end of the run if it never was. */
  toMicros: number;
  healed: boolean;
  /** The proof that it happened to its target. */
  bite: { detail: string; numbers: Record<string, number> } | undefined;
  /** Why there is no proof, where that is known. */
  unproven: string | undefined;
  /** Why it could not be applied or healed. */
  failed: string | undefined;
}

/** When things happened. */
export interface Timeline {
  endMicros: number;
  /** There is a window to judge, and the run came to its judgement. */
  finished: boolean;
  phases: { phase: string; fromMicros: number; toMicros: number }[];
  /** Readings latched in it are judged. Empty (to before from) where the run never got that far. */
  window: { fromMicros: number; toMicros: number };
  faults: FaultWindow[];
  firstFaultMicros: number | undefined;
  lastHealMicros: number | undefined;
  /** When the outlet was read for the last time. */
  finalReadMicros: number;
  /** Why it could not be read then: what was delivered is unknown. */
  outletUnreadable: string | undefined;
  /** What keeps this run from holding anything, in sentences. */
  troubles: string[];
}

export function timelineOf(history: History): Timeline {
  const { events, meta } = history;
  const endMicros = events.reduce((latest, event) => Math.max(latest, event.atMicros), 0);
  const faults = meta.plan.map((planned) => faultWindow(planned, events, endMicros));
  const window = events.findLast((event) => event.kind === 'window');
  const unreadable = events.findLast((event) => event.kind === 'outlet-unreadable');
  const outletUnreadable = unreadable && `the outlet could not be read at the end: ${unreadable.why}`;
  const phases = phasesOf(events, endMicros);
  const started = faults.flatMap((fault) => fault.fromMicros ?? []);
  const healed = faults.filter((fault) => fault.fromMicros !== undefined && fault.healed).map((fault) => fault.toMicros);
  return {
    endMicros,
    finished: isFinished(history),
    phases,
    window: window ? { fromMicros: window.fromMicros, toMicros: window.toMicros } : { fromMicros: 0, toMicros: -1 },
    faults,
    firstFaultMicros: started.length ? Math.min(...started) : undefined,
    lastHealMicros: healed.length ? Math.max(...healed) : undefined,
    finalReadMicros: phases.findLast(({ phase }) => phase === 'final-read')?.fromMicros ?? endMicros,
    outletUnreadable,
    troubles: [...unfinished(history), ...(outletUnreadable ? [outletUnreadable] : []), ...faults.flatMap(faultTroubles)],
  };
}

/** Ids of the faults in force at any moment of an interval, that which overlaps it most first. */
export function faultsDuring(timeline: Timeline, atMicros: number, toMicros = atMicros): string[] {
  return timeline.faults
    .flatMap((fault) => (fault.fromMicros !== undefined && fault.fromMicros <= toMicros && atMicros <= fault.toMicros
      ? [{ id: fault.planned.id, overlap: Math.min(toMicros, fault.toMicros) - Math.max(atMicros, fault.fromMicros) }] : []))
    .toSorted((a, b) => b.overlap - a.overlap)
    .map(({ id }) => id);
}

function faultWindow(planned: PlannedFault, events: HistoryEvent[], endMicros: number): FaultWindow {
  const own = events.filter((event) => event.kind === 'fault' && event.fault === planned.id) as FaultEvent[];
  const healed = own.findLast(({ action }) => action === 'healed');
  const bite = own.findLast(({ action }) => action === 'bit');
  return {
    planned,
    fromMicros: own.find(({ action }) => action === 'applied')?.atMicros,
    toMicros: healed?.atMicros ?? endMicros,
    healed: healed !== undefined,
    bite: bite && { detail: bite.detail, numbers: bite.numbers ?? {} },
    unproven: own.findLast(({ action }) => action === 'unproven')?.detail,
    failed: own.find(({ action }) => action === 'failed')?.detail,
  };
}
type FaultEvent = HistoryEvent & { kind: 'fault' };

function faultTroubles({ planned: { id }, fromMicros, healed, bite, unproven, failed }: FaultWindow): string[] {
  if (failed !== undefined) return [`${id} failed: ${failed}`];
  if (fromMicros === undefined) return [`${id} was never applied`];
  if (!bite) return [`${id} left no proof that it really happened to its target${unproven ? `: ${unproven}` : ''}`];
  return healed ? [] : [`${id} was never healed`];
}

function unfinished(history: History): string[] {
  return isFinished(history) ? [] : [`the run never finished: it ended in phase ${lastPhase(history)}`];
}

function phasesOf(events: HistoryEvent[], endMicros: number): Timeline['phases'] {
  const starts = events.filter((event) => event.kind === 'phase');
  return starts.map(({ phase, atMicros }, i) => ({ phase, fromMicros: atMicros, toMicros: starts[i + 1]?.atMicros ?? endMicros }));
}
