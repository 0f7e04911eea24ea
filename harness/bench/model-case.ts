import type { Recorder } from '../../simulator/recorder.ts';
import { runModel } from '../../simulator/model/model.ts';
import { USUAL } from '../../simulator/model/parameters.ts';
import type { PlannedFault } from '../../simulator/model/plan.ts';
import { allProtections } from '../../simulator/model/protections.ts';

/** Runs the model once, as a process of its own: `model-case.ts HOURS` or `model-case.ts HOURS outage`. Prints JSON. */
const hours = Number(process.argv[2]);
const outage = process.argv[3] === 'outage';
const HOUR_MS = 3_600_000;

const counts = { readings: 0, rows: 0 };
const counting: Recorder = { reading: () => void counts.readings++, delivery: () => void counts.rows++, event: () => {} };

/** Every two hours: half an hour without the uplink, a power cut and a wrong clock in it, and later a restart of the broker. */
function busyPlan(): PlannedFault[] {
  const plan: PlannedFault[] = [];
  const add = (family: string, kind: string, target: string, atHours: number, forMs: number, params = {}) =>
    plan.push({ id: `${plan.length + 1}-${kind}`, family, kind, target, params, atMs: atHours * HOUR_MS, forMs });
  for (let at = 0.5; at < hours - 1.5; at += 2) {
    add('link', 'blackhole', 'uplink', at, HOUR_MS / 2);
    add('clock', 'jump', 'gateway', at + 0.1, HOUR_MS / 5, { by: HOUR_MS });
    add('power', 'power-cut', 'gateway', at + 0.2, 60_000);
    add('broker', 'restart', 'broker', at + 1, 5000);
  }
  return plan;
}

const cpu = process.cpuUsage();
const startedAt = performance.now();
const { elapsedMicros, events } = runModel(
  {
    plan: outage ? [{ id: 'outage', family: 'link', kind: 'blackhole', target: 'uplink', params: {}, atMs: 0, forMs: hours * HOUR_MS }] : busyPlan(),
    parameters: {
      ...USUAL, machines: 100, periodMs: 1000, answerWithinMs: 800, gapAfterMs: 5000, bufferReadings: 50_000_000, drainReadingsPerSecond: 2000,
      keepAliveMs: 30_000, statusEveryMs: 5000, healthLookMs: 10_000, recordsCycles: false, alarmEveryMs: 600_000, manualEveryMs: 600_000,
    },
    protect: allProtections(),
    course: { baselineMs: 60_000, settleMs: 60_000, drainMs: hours * HOUR_MS, quietDrain: false },
    seed: 1,
  },
  counting,
);
const simulatedHours = elapsedMicros / 1000 / HOUR_MS;
console.log(JSON.stringify({
  simulatedHours, wallSeconds: (performance.now() - startedAt) / 1000, cpuSeconds: process.cpuUsage(cpu).user / 1e6, events, ...counts,
  peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
}));
