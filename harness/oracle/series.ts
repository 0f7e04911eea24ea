import type { Result } from '../../reports/result.ts';
import type { History } from '../history/history.ts';
import { inBlocks } from './in-blocks.ts';
import type { Pairs } from './match.ts';
import type { Timeline } from './timeline.ts';
import { toMs } from './words.ts';

const MOST_POINTS = 600;
const FINEST_STEP_MICROS = 50_000;

/** Acknowledged readings of the window over time: made so far, seen at the outlet so far, and in between. */
export function seriesOf({ readings, deliveries }: History, { rowOf }: Pairs, timeline: Timeline): Result['series'] {
  const stepMicros = Math.max(FINEST_STEP_MICROS, timeline.endMicros / (MOST_POINTS - 1));
  const points = Math.min(MOST_POINTS, Math.ceil(timeline.endMicros / stepMicros) + 1);
  const pointOf = (micros: number) => Math.min(points - 1, Math.max(0, Math.ceil(micros / stepMicros))) | 0;
  const made = new Uint32Array(points);
  const seen = new Uint32Array(points);
  const { atMicros, acknowledged, rows } = readings;
  const { seenAtMicros } = deliveries;
  const { fromMicros, toMicros } = timeline.window;
  inBlocks(rows, (from, to) => {
    for (let reading = from; reading < to; reading++) {
      const latched = atMicros[reading]!;
      if (!acknowledged[reading] || latched < fromMicros || latched > toMicros) continue;
      made[pointOf(latched)]!++;
      const row = rowOf[reading]!;
      if (row >= 0) seen[pointOf(seenAtMicros[row]!)]!++;
    }
  });
  const [read, delivered] = [soFar(made), soFar(seen)];
  return {
    atMs: read.map((_, point) => toMs(Math.min(timeline.endMicros, point * stepMicros))),
    read,
    delivered,
    backlog: read.map((count, point) => count - delivered[point]!),
  };
}

function soFar(counts: Uint32Array): number[] {
  let sum = 0;
  return Array.from(counts, (count) => (sum += count));
}
