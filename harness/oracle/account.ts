import type { History, Terms } from '../history/history.ts';
import type { Delays } from './backlog.ts';
import { beside, littleOf, pairsOf, type Helper } from './beside.ts';
import { markFlaws, markHandover } from './classify.ts';
import { findMissing, type UnreadInterval } from './gaps.ts';
import { looksOf, type Looks } from './looks.ts';
import type { MadeSpans } from './made.ts';
import { tallyOf, type Tally } from './marks.ts';
import { matchRows, type Match } from './match.ts';
import { markOutstanding, type Outstanding } from './outstanding.ts';
import type { Sight } from './sight.ts';
import { stallInWindow, stallsOf, type Stalls } from './stalls.ts';
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
  /** When the harness looked at the readings of the outlet. */
  looks: Looks;
  /** When the harness did not do its part. */
  stalls: Stalls;
  /** Why nothing that depends on time can hold, in a sentence. */
  stalled: string | undefined;
  match: Match;
  /** When the readings were made. */
  made: MadeSpans;
  /** Per reading. */
  marks: Uint8Array;
  /** How many readings have which marks. */
  tally: Tally;
  /** Rows of the outlet that differ from their readings, in its order. */
  alteredRows: number[];
  unread: UnreadInterval[];
  outstanding: Outstanding;
  /** Waits for the helper, if that is still at it. So does `sight`. */
  delays: () => Delays;
  sight: () => Sight;
}

/** @param helper works out its part beside this. */
export function accountOf(history: History, helper?: Helper): Account {
  const timeline = timelineOf(history);
  const little = littleOf(history);
  const course = beside(helper, 'courseOf', little);
  const match = matchRows(history);
  const altered = beside(helper, 'rowsAltered', little, pairsOf(match));
  const delays = beside(helper, 'delaysOf', little, pairsOf(match), timeline);
  const sight = beside(helper, 'sightOf', little, pairsOf(match), timeline);
  const looks = looksOf(history.events, 'readings');
  const stalls = stallsOf(history);
  const marks = markHandover(history, match, timeline, looks);
  const unread = findMissing(history, match, timeline, marks);
  const outstanding = markOutstanding(history, match, timeline, marks, delays);
  markFlaws(history, match, altered(), marks);
  const { contradiction, made } = course();
  return {
    history,
    terms: history.meta.terms,
    timeline,
    troubles: contradiction ? [contradiction, ...timeline.troubles] : timeline.troubles,
    undecidable: timeline.outletUnreadable ?? contradiction,
    looks,
    stalls,
    stalled: stallInWindow(stalls, timeline.window),
    match,
    made,
    marks,
    tally: tallyOf(marks),
    alteredRows: altered(),
    unread,
    outstanding,
    delays,
    sight,
  };
}
