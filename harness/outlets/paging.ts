import type { Limit } from './limits.ts';
import { keysOf, partProblem, shown, type Part } from './part.ts';
import type { Row, RowSource, RowTaker } from './rows.ts';

/** The first cursor: every row comes after it. */
export const FROM_THE_START = '0';

/** The column by which a source is read in pages; undefined if it is read in one go. */
export interface Paging {
  source: RowSource;
  part: Part;
  column: string | undefined;
}

/** True where a page of rows depends on the cursor, so that reading goes on until a page is empty. */
export function isPaged(spec: { kind: string; url?: string; query?: string }): boolean {
  return (spec.url ?? spec.query ?? '').includes('${cursor}');
}

/**
 * Reads everything after a cursor. `onPage` hears the cursor after each page, so that a read that fails later need not
 * begin again. Throws HarnessProblem where the rows are not in the order of their cursor: some would be read twice or never.
 */
export async function readPages({ source, part, column }: Paging, cursor: string, limit: Limit, taker: RowTaker, onPage: (cursor: string) => void): Promise<void> {
  const passed = new Set<string>();
  for (let asked = cursor; ; ) {
    let last: string | undefined;
    let without: Row | undefined;
    await source.read(asked, limit, {
      anew: () => taker.anew(),
      torn: (text, why) => taker.torn(text, why),
      row(row) {
        limit.tookRow();
        if (column !== undefined && isCursor(row[column])) last = next(String(row[column]), column, { last, asked, part });
        without = column !== undefined && !isCursor(row[column]) ? row : undefined;
        taker.row(row);
      },
    });
    limit.signal.throwIfAborted();
    if (column !== undefined && without) throw noCursor(part, column, without);
    if (column === undefined || last === undefined) return;
    if (last === asked || passed.has(last)) throw standsStill(part, column, last);
    passed.add(last);
    onPage(last);
    asked = last;
  }
}

function isCursor(value: unknown): value is number | string {
  return typeof value === 'number' || (typeof value === 'string' && value !== '');
}

/** The cursor of a row, if it is one that may come next. */
function next(cursor: string, column: string, { last, asked, part }: { last: string | undefined; asked: string; part: Part }): string {
  const isFirstOfAll = last === undefined && asked === FROM_THE_START;
  const goesBack = last === undefined ? !isFirstOfAll && cursor !== asked && isLess(cursor, asked) : isLess(cursor, last);
  if (!goesBack) return cursor;
  throw partProblem(part, `the cursor goes back from ${shown(last ?? asked)} to ${shown(cursor)}`, {
    expected: `rows in the order of "${column}"${last === undefined ? ', and only those after ${cursor}' : ''}`,
  });
}

/** The next page would begin after a row that says no cursor. */
function noCursor(part: Part, column: string, row: Row) {
  const problem = column in row ? `cannot be ${shown(row[column])}` : `is missing in the last row, which has ${keysOf(row)}`;
  return partProblem(part, `the cursor "${column}" ${problem}`, { expected: 'a number or a text that grows with every row' });
}

function standsStill(part: Part, column: string, cursor: string) {
  return partProblem(part, `the cursor "${column}" does not move on after ${shown(cursor)}`, { expected: 'only rows after ${cursor}, and in the end none' });
}

const INTEGER = /^-?\d+$/;

/** Whether one number is less than another. Texts that are no numbers have an order of their own, which nobody knows. */
function isLess(left: string, right: string): boolean {
  if (left.length > 15 && INTEGER.test(left) && INTEGER.test(right)) return BigInt(left) < BigInt(right);
  return Number(left) < Number(right);
}
