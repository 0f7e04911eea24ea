import type { Result } from '../../reports/result.ts';
import type { History } from '../history/history.ts';
import { staleWhenAsked, type Staleness } from './freshness.ts';
import type { Pairs } from './match.ts';
import { seriesOf } from './series.ts';
import { stampErrors, type StampErrors } from './stamps.ts';
import type { Timeline } from './timeline.ts';

/** What people saw at the outlet over time. Plain data. */
export interface Sight {
  /** Undefined if the outlet gives no time of its own. */
  stamps: StampErrors | undefined;
  /** By the moment at which the pipeline was asked about itself: what was stale then, if anything. */
  staleWhenAsked: Map<number, Staleness>;
  series: Result['series'];
}

export function sightOf(history: History, pairs: Pairs, timeline: Timeline): Sight {
  return { stamps: stampErrors(history, pairs), staleWhenAsked: staleWhenAsked(history, pairs), series: seriesOf(history, pairs, timeline) };
}
