import { expect, test } from 'vitest';
import { parseResult, renderJson, ResultProblem } from './json.ts';
import { brokenStock, heldResilient, inconclusiveRun, malicious } from './testing/sample.ts';

test.each([brokenStock, heldResilient, inconclusiveRun])('a written result reads back the same, and writes the same bytes again: %o', (build) => {
  const text = renderJson(build());
  expect(parseResult(text)).toEqual(build());
  expect(renderJson(parseResult(text))).toBe(text);
});

test('the order of keys comes from the schema, not from whoever built the result', () => {
  const { verdict, ...others } = brokenStock();
  expect(renderJson({ ...others, verdict })).toBe(renderJson(brokenStock()));
});

test('any text survives', () => {
  const result = malicious(brokenStock());
  expect(parseResult(renderJson(result))).toEqual(result);
});

test('a file that is no result says what is wrong with it', () => {
  const damaged = { ...brokenStock(), seed: 'seven', extra: 1 };
  const future = { ...brokenStock(), schema: 'brownout-result/2' };
  expect(() => parseResult('<html>')).toThrow(/not a result\.json: it is not JSON/);
  expect(() => parseResult('null')).toThrow(/it has no "schema", expected "brownout-result\/1"/);
  expect(() => parseResult(JSON.stringify(future))).toThrow(/its "schema" is "brownout-result\/2", expected "brownout-result\/1"/);
  expect(() => parseResult(JSON.stringify(damaged))).toThrow(/damaged:\n {2}seed: .*number.*\n {2}\(top\): .*"extra"/);
  expect(() => parseResult('{}')).toThrow(ResultProblem);
});

test('a number that JSON cannot hold is refused, not written as null', () => {
  const result = brokenStock();
  result.guarantees[0]!.numbers['recoveryMs'] = NaN;
  expect(() => renderJson(result)).toThrow(/guarantees\[0\]\.numbers\.recoveryMs/);
});
