import { siblingModule } from '../../simulator/sibling-module.ts';
import type { History, Terms } from '../history/history.ts';
import { isShared } from '../history/memory.ts';
import { Thread } from '../history/thread.ts';
import { classify, type Marks } from './classify.ts';
import { findMissing, type UnreadInterval } from './gaps.ts';
import { matchRows, type Match, type Pairs } from './match.ts';
import { tallyOf, type Tally } from './marks.ts';
import { timelineOf, type Timeline } from './timeline.ts';
import { timesOf, type Times } from './times.ts';

/** What became of every reading: the one thing that all guarantees look at. Nothing in it is written to after it is made. */
export interface Account extends Times {
  history: History;
  terms: Terms;
  timeline: Timeline;
  /** What keeps this run from holding anything, in sentences. */
  troubles: string[];
  /** Why nothing can be said of what was delivered, if so: the outlet could not be read, or the record contradicts itself. */
  undecidable: string | undefined;
  match: Match;
  marks: Marks;
  /** How many readings have which marks. */
  tally: Tally;
  unread: UnreadInterval[];
}

export function accountOf(history: History): Account {
  const timeline = timelineOf(history);
  using thread = isShared(history) ? new Thread<typeof import('./times.ts')>(siblingModule(import.meta.url, './times')) : undefined;
  const match = matchRows(history);
  const called = thread?.call('timesOf', ...seenByAll(history, match), timeline);
  const marks = classify(history, match, timeline);
  const unread = findMissing(history, match, timeline, marks.readings);
  const tally = tallyOf(marks.readings);
  const times = called?.result() ?? timesOf(history, match, timeline);
  const { contradiction } = times;
  const troubles = contradiction ? [contradiction, ...timeline.troubles] : timeline.troubles;
  const undecidable = timeline.outletUnreadable ?? contradiction;
  return { history, terms: history.meta.terms, timeline, troubles, undecidable, match, marks, tally, unread, ...times };
}

/** What `timesOf` looks at: all but little of it is in memory that is shared. */
export function seenByAll(history: History, { first, rowOf, readingOf }: Match): [History, Pairs] {
  return [{ ...history, events: history.events.filter(({ kind }) => kind === 'health') }, { first, rowOf, readingOf }];
}
