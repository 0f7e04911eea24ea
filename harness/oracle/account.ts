import type { History, Terms } from '../history/history.ts';
import type { Backlog } from './backlog.ts';
import { askFor, type Helper } from './beside.ts';
import { markFlaws, markHandover } from './classify.ts';
import { findMissing, type UnreadInterval } from './gaps.ts';
import { tallyOf, type Tally } from './marks.ts';
import { matchRows, type Match } from './match.ts';
import type { Sight } from './sight.ts';
import { timelineOf, type Timeline } from './timeline.ts';

/** What became of every reading: the one thing that all guarantees look at. Nothing in it is written to after it is made. */
export interface Account {
  history: History;
  terms: Terms;
  timeline: Timeline;
  /** What keeps this run from holding anything, in sentences. */
  troubles: string[];
  /** Why nothing can be said of what was delivered, if so: the outlet could not be read, or the record contradicts itself. */
  undecidable: string | undefined;
  match: Match;
  /** Per reading. */
  marks: Uint8Array;
  /** How many readings have which marks. */
  tally: Tally;
  /** Rows of the outlet that differ from their readings, in its order. */
  alteredRows: number[];
  unread: UnreadInterval[];
  usualDelayMicros: number;
  /** Undefined if no failure ended. */
  backlog: Backlog | undefined;
  /** Waits for the helper, if that is still at it. */
  sight: () => Sight;
}

/** @param helper works out its part beside this. */
export function accountOf(history: History, helper?: Helper): Account {
  const timeline = timelineOf(history);
  const match = matchRows(history);
  const { flaws, delays, sight } = askFor(history, match, timeline, helper);
  const marks = markHandover(history, match, timeline);
  const unread = findMissing(history, match, timeline, marks);
  markFlaws(marks, match, flaws());
  const { contradiction, usualDelayMicros, backlog } = delays();
  return {
    history,
    terms: history.meta.terms,
    timeline,
    troubles: contradiction ? [contradiction, ...timeline.troubles] : timeline.troubles,
    undecidable: timeline.outletUnreadable ?? contradiction,
    match,
    marks,
    tally: tallyOf(marks),
    alteredRows: flaws().alteredRows,
    unread,
    usualDelayMicros,
    backlog,
    sight,
  };
}
