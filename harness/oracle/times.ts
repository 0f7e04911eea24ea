import type { Result } from '../../reports/result.ts';
import type { History } from '../history/history.ts';
import { backlogOf, usualDelayMicros, type Backlog } from './backlog.ts';
import { staleWhenAsked } from './freshness.ts';
import { contradictionIn, type Pairs } from './match.ts';
import { seriesOf } from './series.ts';
import { stampErrors, type StampErrors } from './stamps.ts';
import type { Timeline } from './timeline.ts';

/** How long things took: all that can be told from which row shows which reading, whatever became of the others. Plain data. */
export interface Times {
  /** Why it cannot be told which row shows which reading, if so, in a sentence. */
  contradiction: string | undefined;
  usualDelayMicros: number;
  /** Undefined if no failure ended. */
  backlog: Backlog | undefined;
  /** Undefined if the outlet gives no time of its own. */
  stamps: StampErrors | undefined;
  /** By the moment at which the pipeline was asked about itself: the devices whose data was stale then, if any. */
  staleWhenAsked: Map<number, number[]>;
  series: Result['series'];
}

export function timesOf(history: History, pairs: Pairs, timeline: Timeline): Times {
  const usual = usualDelayMicros(history, pairs, timeline);
  return {
    contradiction: contradictionIn(history),
    usualDelayMicros: usual,
    backlog: backlogOf(history, pairs, timeline, usual),
    stamps: stampErrors(history, pairs),
    staleWhenAsked: staleWhenAsked(history, pairs),
    series: seriesOf(history, pairs, timeline),
  };
}
