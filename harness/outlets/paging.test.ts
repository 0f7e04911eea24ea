import { expect, test } from 'vitest';
import { Limit } from './limits.ts';
import { FROM_THE_START, readPages } from './paging.ts';
import { partOf } from './part.ts';
import type { Row, RowSource } from './rows.ts';

/** A source of which `page` gives the rows after a cursor. */
function sourceOf(page: (cursor: string) => Row[] | Promise<Row[]>): RowSource {
  return {
    async read(cursor, limit, taker) {
      const rows = await page(cursor);
      await new Promise((resolve) => setImmediate(resolve));
      limit.signal.throwIfAborted();
      taker.anew();
      for (const row of rows) taker.row(row);
    },
    async [Symbol.asyncDispose]() {},
  };
}

async function read(page: (cursor: string) => Row[] | Promise<Row[]>, { withinMs = 5000, from = FROM_THE_START } = {}) {
  const found = { rows: [] as Row[], cursors: [] as string[] };
  using limit = new Limit(withinMs);
  const paging = { source: sourceOf(page), part: partOf('outlet.readings', { url: 'http://x/' }), column: 'id' };
  await readPages(paging, from, limit, { anew() {}, row: (row) => void found.rows.push(row), torn() {} }, (cursor) => void found.cursors.push(cursor));
  return found;
}

const ids = (...all: unknown[]) => all.map((id) => ({ id }));

test('pages are read until one is empty, from numbers, large numbers and texts', async () => {
  const pages: Record<string, Row[]> = { 0: ids(9, 10, 10), 10: ids(11), 11: ids() };
  expect(await read((cursor) => pages[cursor]!)).toEqual({ rows: ids(9, 10, 10, 11), cursors: ['10', '11'] });
  const large = ['9007199254740993', '9007199254740995', '10000000000000000001'];
  expect((await read((cursor) => ids(large[large.indexOf(cursor) + 1]).filter(({ id }) => id !== undefined))).cursors).toEqual(large);
  const texts = ['row 9', 'row 10', 'a'];
  expect((await read((cursor) => ids(texts[texts.indexOf(cursor) + 1]).filter(({ id }) => id !== undefined))).cursors).toEqual(texts);
});

test.each([
  ['a cursor that wanders', (cursor: string) => ids(cursor === '0' ? 843290 : 97398), 'the cursor goes back from "843290" to "97398", expected rows in the order of "id", and only those after ${cursor}'],
  ['a page in another order', () => ids(3, 2, 1), 'the cursor goes back from "3" to "2", expected rows in the order of "id"'],
  ['a source that heeds no cursor', () => ids(1, 2, 3), 'the cursor goes back from "3" to "1", expected rows in the order of "id", and only those after ${cursor}'],
  ['a page with the row of the cursor itself', () => ids(7), 'the cursor "id" does not move on after "7", expected only rows after ${cursor}, and in the end none'],
  ['texts that go round', (cursor: string) => ids(cursor === 'a' ? 'b' : 'a'), 'the cursor "id" does not move on after "a"'],
  ['a last row without a cursor', () => [{ id: 1 }, { n: 2 }], 'the cursor "id" is missing in the last row, which has n, expected a number or a text that grows with every row'],
  ['a last row whose cursor is none', () => ids(1, null), 'the cursor "id" cannot be null'],
])('%s is an error at once, and no endless loop', async (_what, page, told) => {
  await expect(read(page)).rejects.toThrow(`outlet.readings (http://x/): ${told}`);
});

test('a row without a cursor in the middle of a page is somebody else to judge', async () => {
  expect((await read((cursor) => (cursor === '0' ? [{ id: 1 }, { odd: true }, { id: 2 }] : []))).rows).toHaveLength(3);
});

test('pages without an end, with a cursor that goes on, end when their time is over; what came until then has come', async () => {
  let last = '';
  using limit = new Limit(300);
  const paging = { source: sourceOf((cursor) => ids(Number(cursor) + 1)), part: partOf('outlet.readings', { url: 'http://x/' }), column: 'id' };
  await expect(readPages(paging, FROM_THE_START, limit, { anew() {}, row() {}, torn() {} }, (cursor) => void (last = cursor))).rejects.toThrow(/within 0\.3 s/);
  expect(Number(last)).toBeGreaterThan(10);
});
