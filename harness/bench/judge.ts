/**
 * npm run bench -- judge: the whole oracle against DuckDB doing a part of its work on the same rows, in the same run.
 * A ratio above 1 means that the oracle is faster.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { measure, median } from './measure.ts';

interface Outcome {
  seconds: number;
  readSeconds?: number;
  peakMegabytes: number;
  found: Record<string, number>;
}

const ROUNDS = 3;

export function benchJudge(sizes: readonly number[] = [1e6, 10e6, 30e6]): void {
  for (const readings of sizes) {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'brownout-bench-'));
    try {
      measure('./make-case.ts', String(readings), folder);
      const ours: Outcome[] = [];
      const peer: Outcome[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        ours.push(measure<Outcome>('./judge-ours.ts', folder));
        peer.push(measure<Outcome>('./judge-duckdb.ts', folder));
      }
      report(readings, ours, peer);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

function report(readings: number, ours: Outcome[], peer: Outcome[]): void {
  const seconds = (outcomes: Outcome[]) => median(outcomes.map((outcome) => outcome.seconds));
  const peak = (outcomes: Outcome[]) => Math.max(...outcomes.map((outcome) => outcome.peakMegabytes));
  const { lost, duplicates } = ours[0]!.found;
  if (lost !== peer[0]!.found.lost || duplicates !== peer[0]!.found.duplicates) {
    throw new Error(`the two disagree: ${JSON.stringify(ours[0]!.found)} against ${JSON.stringify(peer[0]!.found)}`);
  }
  console.log(
    `judge ${(readings / 1e6).toFixed(0).padStart(2)} M readings: ` +
      `oracle ${seconds(ours).toFixed(2)} s (of it reading ${median(ours.map((outcome) => outcome.readSeconds!)).toFixed(2)} s; ` +
      `${(seconds(ours) / (readings / 1e6)).toFixed(3)} s per million; peak ${peak(ours).toFixed(0)} MB), ` +
      `DuckDB ${seconds(peer).toFixed(2)} s (peak ${peak(peer).toFixed(0)} MB), ratio ${(seconds(peer) / seconds(ours)).toFixed(1)}`,
  );
}
