import type { History, Terms } from '../history/history.ts';
import { buildCells, type Cells } from './cells.ts';
import { classify, type Marks } from './classify.ts';
import { findMissing, type UnreadInterval } from './gaps.ts';
import { timelineOf, type Timeline } from './timeline.ts';

/** What became of every reading: the one thing that all guarantees look at. Nothing in it is written to after it is made. */
export interface Account {
  history: History;
  terms: Terms;
  timeline: Timeline;
  cells: Cells;
  marks: Marks;
  unread: UnreadInterval[];
}

/** @throws RangeError if the record contradicts itself. */
export function accountOf(history: History): Account {
  const timeline = timelineOf(history);
  const cells = buildCells(history);
  const marks = classify(history, cells, timeline);
  const unread = findMissing(history, cells, timeline, marks.cells);
  return { history, terms: history.meta.terms, timeline, cells, marks, unread };
}

/** The device that owns a cell. For evidence, not for hot loops. */
export function deviceOfCell(account: Account, cell: number): number {
  return account.history.readings.device[account.cells.reading[cell]!]!;
}
