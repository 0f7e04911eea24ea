import type { PhaseName } from '../../simulator/recorder.ts';

/** A moment of a run, for people who watch it. */
export interface Pulse {
  phase: PhaseName;
  elapsedMs: number;
  acknowledged: number;
  arrived: number;
  backlog: number;
  /** Ids of the faults in force. */
  activeFaults: readonly string[];
}

/** Told what goes on while a run is under way. It must not throw and must return at once. */
export interface Progress {
  phase(phase: PhaseName, detail: string): void;
  fault(id: string, action: 'applied' | 'healed' | 'failed', detail: string): void;
  pulse(pulse: Pulse): void;
}

export const silent: Progress = { phase() {}, fault() {}, pulse() {} };
