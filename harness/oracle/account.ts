import type { History, Terms } from '../history/history.ts';
import type { Thread } from '../history/thread.ts';
import type { Backlog } from './backlog.ts';
import { classify, type Marks } from './classify.ts';
import { findMissing, type UnreadInterval } from './gaps.ts';
import { matchRows, type Match, type Pairs } from './match.ts';
import { tallyOf, type Tally } from './marks.ts';
import { timelineOf, type Timeline } from './timeline.ts';
import * as times from './times.ts';

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
  marks: Marks;
  /** How many readings have which marks. */
  tally: Tally;
  unread: UnreadInterval[];
  usualDelayMicros: number;
  /** Undefined if no failure ended. */
  backlog: Backlog | undefined;
  /** Waits for the helper if that is not through. */
  sight: () => times.Sight;
}

/** A thread that works out the times while this one finds out the rest. */
export type Helper = Thread<typeof times>;

/** @param helper there is one where the columns of the history are in shared memory. */
export function accountOf(history: History, helper?: Helper): Account {
  const timeline = timelineOf(history);
  const match = matchRows(history);
  const { delays, sight } = timesOf(history, match, timeline, helper);
  const marks = classify(history, match, timeline);
  const unread = findMissing(history, match, timeline, marks.readings);
  const tally = tallyOf(marks.readings);
  const { contradiction, usualDelayMicros, backlog } = delays();
  const troubles = contradiction ? [contradiction, ...timeline.troubles] : timeline.troubles;
  const undecidable = timeline.outletUnreadable ?? contradiction;
  return { history, terms: history.meta.terms, timeline, troubles, undecidable, match, marks, tally, unread, usualDelayMicros, backlog, sight };
}

/** Asks the helper in the order in which it is needed; what it does not do is done here, at the first look. */
function timesOf(history: History, match: Match, timeline: Timeline, helper: Helper | undefined): { delays: () => times.Delays; sight: () => times.Sight } {
  const delays = helper?.call('delaysOf', ...forHelper(history, match), timeline);
  const sight = helper?.call('sightOf', ...forHelper(history, match), timeline);
  let seen: times.Sight | undefined;
  return {
    delays: () => delays?.() ?? times.delaysOf(history, match, timeline),
    sight: () => (seen ??= sight?.() ?? times.sightOf(history, match, timeline)),
  };
}

/** What the helper looks at. All but little of it is in memory that is shared; the rest is cloned. */
export function forHelper(history: History, { first, rowOf, readingOf }: Match): [History, Pairs] {
  return [{ ...history, events: history.events.filter(({ kind }) => kind === 'health') }, { first, rowOf, readingOf }];
}
