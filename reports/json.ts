import { z } from 'zod';
import { resultSchema, type Result } from './result.ts';

/** A text that is not a result.json this version can read; the message says where and why, ready to be shown. */
export class ResultProblem extends Error {
  override name = 'ResultProblem';
}

const version = resultSchema.shape.schema.value;
const shownProblems = 8;

/** Keys in the order of the schema, so that two results of one run are equal byte by byte. Throws ResultProblem. */
export function renderJson(result: Result): string {
  return `${JSON.stringify(checked(result, 'this result cannot be written'), null, 2)}\n`;
}

/** Reads a result.json back. Throws ResultProblem. */
export function parseResult(text: string): Result {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ResultProblem(`not a result.json: it is not JSON (${(error as Error).message})`);
  }
  const found = (value as { schema?: unknown } | null)?.schema;
  if (found !== version) {
    const said = found === undefined ? 'it has no "schema"' : `its "schema" is ${JSON.stringify(found)}`;
    throw new ResultProblem(`not a result.json that this version reads: ${said}, expected "${version}"`);
  }
  return checked(value, 'this result.json is damaged');
}

function checked(value: unknown, complaint: string): Result {
  const parsed = resultSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const shown = issues.slice(0, shownProblems).map((issue) => `  ${z.core.toDotPath(issue.path) || '(top)'}: ${issue.message}`);
  const more = issues.length > shownProblems ? [`  and ${issues.length - shownProblems} more`] : [];
  throw new ResultProblem([`${complaint}:`, ...shown, ...more].join('\n'));
}
