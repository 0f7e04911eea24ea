import type { Result } from '../../reports/result.ts';
import type { History } from '../history/history.ts';
import { backlogOf, usualDelayMicros, type Backlog } from './backlog.ts';
import { contradictionIn } from './contradiction.ts';
import { staleWhenAsked } from './freshness.ts';
import type { Pairs } from './match.ts';
import { seriesOf } from './series.ts';
import { stampErrors, type StampErrors } from './stamps.ts';
import type { Timeline } from './timeline.ts';

/*
 * What can be told from which row shows which reading, without knowing what became of the others: a second thread can
 * work it out meanwhile. Plain data.
 */

/** How long readings took to the outlet. */
export interface Delays {
  /** Why it cannot be told which row shows which reading, if so, in a sentence. */
  contradiction: string | undefined;
  usualDelayMicros: number;
  /** Undefined if no failure ended. */
  backlog: Backlog | undefined;
}

export function delaysOf(history: History, pairs: Pairs, timeline: Timeline): Delays {
  const usual = usualDelayMicros(history, pairs, timeline);
  return { contradiction: contradictionIn(history), usualDelayMicros: usual, backlog: backlogOf(history, pairs, timeline, usual) };
}

/** What people saw at the outlet. */
export interface Sight {
  /** Undefined if the outlet gives no time of its own. */
  stamps: StampErrors | undefined;
  /** By the moment at which the pipeline was asked about itself: the devices whose data was stale then, if any. */
  staleWhenAsked: Map<number, number[]>;
  series: Result['series'];
}

export function sightOf(history: History, pairs: Pairs, timeline: Timeline): Sight {
  return { stamps: stampErrors(history, pairs), staleWhenAsked: staleWhenAsked(history, pairs), series: seriesOf(history, pairs, timeline) };
}
