import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { guaranteeIds } from '../../../scenarios/schema/guarantee-ids.ts';
import { guaranteeReference } from './reference.ts';
import { GUARANTEES } from './registry.ts';

const ids = GUARANTEES.map(({ id }) => id);

test('docs/guarantees.md says what the checkers say', () => {
  const written = readFileSync(path.join(import.meta.dirname, '../../../docs/guarantees.md'), 'utf8');
  expect(written, 'run `npm run generate`').toBe(guaranteeReference());
});

test('every guarantee of this folder is in the registry, under the name of its file', () => {
  const files = readdirSync(import.meta.dirname).filter((file) => !/^(registry|reference|generate)|\.test\.ts$/.test(file));
  expect(ids.toSorted()).toEqual(files.map((file) => path.basename(file, '.ts')).toSorted());
});

test('a scenario can name every guarantee that there is, and no other', () => {
  expect(guaranteeIds).toEqual(ids);
});
