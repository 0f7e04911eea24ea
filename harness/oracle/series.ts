import type { Result } from '../../reports/result.ts';
import type { Account } from './account.ts';
import { ACKNOWLEDGED, IN_WINDOW } from './marks.ts';
import { toMs } from './words.ts';

const MOST_POINTS = 600;
const FINEST_STEP_MICROS = 50_000;

/** Acknowledged readings of the window over time: made so far, seen at the outlet so far, and in between. */
export function seriesOf({ history: { readings, deliveries }, match: { rowOf }, marks: { readings: marks }, timeline }: Account): Result['series'] {
  const stepMicros = Math.max(FINEST_STEP_MICROS, timeline.endMicros / (MOST_POINTS - 1));
  const points = Math.min(MOST_POINTS, Math.ceil(timeline.endMicros / stepMicros) + 1);
  const pointOf = (micros: number) => Math.min(points - 1, Math.max(0, Math.ceil(micros / stepMicros)));
  const read: number[] = Array(points).fill(0);
  const delivered: number[] = Array(points).fill(0);
  const { atMicros } = readings;
  const { seenAtMicros } = deliveries;
  const wanted = IN_WINDOW | ACKNOWLEDGED;
  for (let reading = 0; reading < marks.length; reading++) {
    if ((marks[reading]! & wanted) !== wanted) continue;
    read[pointOf(atMicros[reading]!)]!++;
    const row = rowOf[reading]!;
    if (row >= 0) delivered[pointOf(seenAtMicros[row]!)]!++;
  }
  for (let point = 1; point < points; point++) {
    read[point]! += read[point - 1]!;
    delivered[point]! += delivered[point - 1]!;
  }
  return {
    atMs: read.map((_, point) => toMs(Math.min(timeline.endMicros, point * stepMicros))),
    read,
    delivered,
    backlog: read.map((made, point) => made - delivered[point]!),
  };
}
