/**
 * npm run bench -- run: what a run costs beyond what its scenario asks for. The command line runs the reference pipeline
 * through an outage as a user would, and the time from the start of its process to its end is taken apart by the phases
 * on record. The scenario's timeline (its failures and its settling) and the drain are asked for; all else is overhead,
 * the two seconds of undisturbed data before the first failure included.
 */
import { statSync } from 'node:fs';
import path from 'node:path';
import type { PhaseName } from '../../simulator/recorder.ts';
import { readHistory } from '../history/read.ts';
import { UserPlace } from '../testing/brownout.ts';
import { median } from './measure.ts';

const ROUNDS = 3;
const PIPELINE = 'node-red-resilient';
const SCENARIO = `
version: 1
name: short-outage
baseline: 2s
faults: [{ fault: blackhole, target: uplink, at: 500ms, for: 2s }]
settle: 1s
`;
/** To the end of the failure, and the settling. */
const TIMELINE_MS = 3500;

/** Milliseconds of each part of a run, in their order. */
type Parts = Record<(typeof ASKED_FOR)[number] | (typeof OVERHEAD)[number], number>;
const ASKED_FOR = ['timeline', 'drain'] as const;
const OVERHEAD = ['start of the process', 'boot of the nodes', 'baseline', 'applying and healing', 'final read', 'teardown', 'judging', 'reports', 'end of the process'] as const;

export async function benchRun(): Promise<void> {
  const runs: Parts[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const parts = await timedRun();
    runs.push(parts);
    console.log(`${PIPELINE}, round ${round + 1}: ${seconds(sum(parts, [...ASKED_FOR, ...OVERHEAD]))} from start to end, ${seconds(sum(parts, OVERHEAD))} of it overhead`);
  }
  const middle = (pick: (parts: Parts) => number) => seconds(median(runs.map(pick)));
  console.log(`a run, median of ${ROUNDS}: ${middle((it) => sum(it, [...ASKED_FOR, ...OVERHEAD]))}, asked for ${middle((it) => sum(it, ASKED_FOR))}, overhead ${middle((it) => sum(it, OVERHEAD))}:`);
  for (const part of OVERHEAD) console.log(`  ${part.padEnd(22)}${middle((it) => it[part])}`);
}

async function timedRun(): Promise<Parts> {
  using place = new UserPlace();
  place.write('scenario.yaml', SCENARIO);
  const startMs = Date.now();
  const { code, stderr } = await place.brownout(['run', PIPELINE, 'scenario.yaml', '--seed', '1']);
  const endMs = Date.now();
  if (code !== 0) throw new Error(`the run ended with exit code ${code}, so its time says nothing:\n${stderr}`);

  const folder = path.join(place.folder, 'runs/latest');
  const { meta, events } = readHistory(path.join(folder, 'history.sqlite'));
  const at = (micros: number) => meta.wallAnchorMicros / 1000 + micros / 1000;
  const phase = (name: PhaseName) => at(events.find((event) => event.kind === 'phase' && event.phase === name)!.atMicros);
  const stopMs = at(events.find((event) => event.kind === 'node' && event.state === 'stopped')!.atMicros);
  const written = (report: string) => statSync(path.join(folder, report)).mtimeMs;
  return {
    'start of the process': phase('start') - startMs,
    'boot of the nodes': phase('baseline') - phase('start'),
    baseline: phase('faults') - phase('baseline'),
    timeline: TIMELINE_MS,
    'applying and healing': phase('drain') - phase('faults') - TIMELINE_MS,
    drain: phase('final-read') - phase('drain'),
    'final read': stopMs - phase('final-read'),
    teardown: phase('judge') - stopMs,
    judging: written('result.json') - phase('judge'),
    reports: written('report.html') - written('result.json'),
    'end of the process': endMs - written('report.html'),
  };
}

const sum = (parts: Parts, names: readonly (keyof Parts)[]) => names.reduce((total, name) => total + parts[name], 0);
const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
