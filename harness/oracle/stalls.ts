import type { HistoryEvent } from '../../simulator/recorder.ts';
import type { History } from '../history/history.ts';
import { duration, moment } from './words.ts';

/** A stall as long as this inside the window leaves nothing that depends on time to hold. */
export const LONG_STALL_MICROS = 1_000_000;
/**
 * A stall is felt for longer than it lasts: machines and links are in this process, so connections went silent, and whoever
 * waited for an answer backs off first. That long, in times of the stall, and never longer than the pipeline may take to recover.
 */
const AFTERMATH = 4;

/** A time in which the harness did not do its part. */
export interface Stall {
  fromMicros: number;
  toMicros: number;
  /** How much of that time it stood still. */
  stoodMicros: number;
  /** Until when it may be felt. */
  feltToMicros: number;
}

/** What was the harness's own doing, in order of time. Plain data. */
export interface Stalls {
  /** It stood still from the beginning to the end. */
  stood: Stall[];
  /** It was late again and again. */
  starved: Stall[];
  /** Steps of the wall clock: stamps since then cannot be related to the run. */
  steps: { fromMicros: number; stepMicros: number }[];
}

export function stallsOf({ events, meta: { terms } }: Pick<History, 'events' | 'meta'>): Stalls {
  const recoversMicros = terms.claims['recovers-within'] * 1000;
  const of = <K extends HistoryEvent['kind']>(kind: K) =>
    events.filter((event): event is Extract<HistoryEvent, { kind: K }> => event.kind === kind);
  const stood = of('host-stall').map(({ fromMicros, atMicros: toMicros }): Stall => {
    const stoodMicros = toMicros - fromMicros;
    return { fromMicros, toMicros, stoodMicros, feltToMicros: toMicros + Math.min(AFTERMATH * stoodMicros, recoversMicros) };
  });
  const starved = of('host-starved').map(({ fromMicros, atMicros, lateMicros }): Stall => ({ fromMicros, toMicros: atMicros, stoodMicros: lateMicros, feltToMicros: atMicros }));
  const steps = of('host-clock-step').map(({ fromMicros, stepMicros }) => ({ fromMicros, stepMicros }));
  return { stood: stood.toSorted(byTime), starved: starved.toSorted(byTime), steps };
}

/** How much of a time the harness stood still itself. */
export function stoodIn({ stood }: Stalls, fromMicros: number, toMicros: number): number {
  return overlap(stood, fromMicros, toMicros, ({ toMicros: end }) => end);
}

/** How much of a time may have been the harness's doing: it stood still, that was still felt, or it was late. */
export function oursIn({ stood, starved }: Stalls, fromMicros: number, toMicros: number): number {
  let ours = overlap(stood, fromMicros, toMicros, ({ feltToMicros }) => feltToMicros);
  for (const stall of starved) {
    const common = Math.min(stall.toMicros, toMicros) - Math.max(stall.fromMicros, fromMicros);
    if (common > 0) ours += (stall.stoodMicros * common) / (stall.toMicros - stall.fromMicros);
  }
  return Math.min(ours, Math.max(0, toMicros - fromMicros));
}

/** What the harness did that may have been felt in a time, in a sentence; undefined if there is nothing. */
export function stallFelt({ stood, starved }: Stalls, fromMicros: number, toMicros: number): string | undefined {
  const felt = (stall: Stall) => stall.fromMicros <= toMicros && stall.feltToMicros >= fromMicros;
  const [longest] = stood.filter(felt).toSorted((a, b) => b.stoodMicros - a.stoodMicros);
  if (longest) return stallText(longest);
  const late = starved.find(felt);
  return late && `the harness itself was starved, ${moment(late.fromMicros)}: late by ${duration(late.stoodMicros)} within ${duration(late.toMicros - late.fromMicros)}`;
}

/** Why nothing that depends on time can hold in the window, in a sentence; undefined if the harness did its part. */
export function stallInWindow({ stood, steps }: Stalls, window: { fromMicros: number; toMicros: number }): string | undefined {
  const long = stood.filter((stall) => stall.stoodMicros > LONG_STALL_MICROS && stall.fromMicros <= window.toMicros && stall.toMicros >= window.fromMicros);
  const [longest] = long.toSorted((a, b) => b.stoodMicros - a.stoodMicros);
  if (longest) return `${stallText(longest)}${long.length > 1 ? `, and for more than a second ${long.length - 1} more ${long.length === 2 ? 'time' : 'times'}` : ''}`;
  const step = steps.find(({ fromMicros }) => fromMicros <= window.toMicros);
  return step && stepText(step);
}

/** Why a wall-clock time since a moment says nothing, in a sentence; undefined if it does. */
export function stepBefore({ steps }: Stalls, toMicros: number): string | undefined {
  const step = steps.find(({ fromMicros }) => fromMicros <= toMicros);
  return step && stepText(step);
}

function stallText({ stoodMicros, fromMicros }: Stall): string {
  return `the harness itself stood still for ${duration(stoodMicros)}, ${moment(fromMicros)}`;
}

function stepText({ fromMicros, stepMicros }: Stalls['steps'][number]): string {
  return `the wall clock of this machine moved ${stepMicros < 0 ? 'back' : 'on'} by ${duration(Math.abs(stepMicros))} (set, or the machine slept), ${moment(fromMicros)}`;
}

/** Stalls never overlap, but what is felt of them may: no moment counts twice. */
function overlap(stalls: Stall[], fromMicros: number, toMicros: number, endOf: (stall: Stall) => number): number {
  let sum = 0;
  let reached = fromMicros;
  for (const stall of stalls) {
    if (stall.fromMicros >= toMicros) break;
    const from = Math.max(reached, stall.fromMicros);
    const to = Math.min(toMicros, endOf(stall));
    if (to <= from) continue;
    sum += to - from;
    reached = to;
  }
  return sum;
}

function byTime(a: Stall, b: Stall): number {
  return a.fromMicros - b.fromMicros;
}
