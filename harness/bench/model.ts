import { measure, median } from './measure.ts';

interface Case {
  simulatedHours: number;
  wallSeconds: number;
  cpuSeconds: number;
  events: number;
  readings: number;
  peakMegabytes: number;
}

const RUNS = 3;

/** How fast the model is: 100 sensors at 1 Hz through gateway, broker and cloud, with faults, and one long outage. */
export function benchModel(): void {
  const busy = Array.from({ length: RUNS }, () => measure<Case>('model-case.ts', '60'));
  const perSecond = (each: (run: Case) => number) => median(busy.map((run) => run.simulatedHours / each(run))).toFixed(1);
  console.log(`model, 100 sensors at 1 Hz with faults: ${perSecond((run) => run.wallSeconds)} simulated hours per second (${perSecond((run) => run.cpuSeconds)} per second of CPU), ${busy[0]!.readings} readings, ${busy[0]!.events} events`);
  const outage = measure<Case>('model-case.ts', '72', 'outage');
  console.log(`model, an outage of 72 h: ${outage.wallSeconds.toFixed(1)} s (${outage.cpuSeconds.toFixed(1)} s of CPU), ${outage.readings} readings, ${outage.peakMegabytes} MB`);
}
