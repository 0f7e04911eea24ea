import { z } from 'zod';
import { nearestWord } from './nearest.ts';
import type { KeyPath, ProblemText, YamlFile } from './parse-yaml.ts';
import type { FileProblem } from './problem.ts';
import { refuse } from './problem.ts';
import { keysAt, schemaAt, valueAt } from './schema-at.ts';
import { nearestDuration } from './values.ts';

/** The value of a file as its schema gives it. Throws FileProblems with every mistake, each at its key or value. */
export function checkShape<Schema extends z.ZodType>(schema: Schema, yaml: YamlFile): z.output<Schema> {
  const result = schema.safeParse(yaml.value);
  if (!result.success) refuse(explainAll(result.error, schema, yaml));
  return result.data as z.output<Schema>;
}

/**
 * What zod found, in the words of a person who edits the file, each at the place where it stands.
 * `base` is the path of the part that the schema is for, if that is not the whole file.
 */
export function explainAll({ issues }: z.core.$ZodError, schema: z.core.$ZodType, yaml: YamlFile, base: KeyPath = []): FileProblem[] {
  const misspelt = new Set<string>(); // a key that is misspelt is not missing as well
  for (const issue of issues) {
    if (issue.code !== 'unrecognized_keys') continue;
    const words = keysAt(schema, issue.path, valueAt(yaml.value, base));
    for (const key of issue.keys) misspelt.add(JSON.stringify([...issue.path, nearestWord(key, words)]));
  }
  return issues.filter((it) => !misspelt.has(JSON.stringify(it.path))).flatMap((it) => explain(it, schema, yaml, base));
}

function explain(issue: z.core.$ZodIssue, schema: z.core.$ZodType, yaml: YamlFile, base: KeyPath): FileProblem[] {
  const path = [...base, ...issue.path];
  const value = valueAt(yaml.value, path);
  if (issue.code === 'unrecognized_keys') {
    const words = keysAt(schema, issue.path, valueAt(yaml.value, base));
    return issue.keys.map((key) => yaml.problem([...path, key], 'key', unknownKey(key, words)));
  }
  if (issue.code === 'invalid_key') {
    return [yaml.problem(path, 'key', { message: `the name ${show(path.at(-1))} is not valid`, expected: expectation(issue.issues[0]!) })];
  }
  if (value === undefined && path.length > 0) {
    const meant = schemaAt(schema, issue.path, valueAt(yaml.value, base));
    return [yaml.problem(path.slice(0, -1), 'key', missingKey(path, description(meant) ?? expectation(issue)))];
  }
  return [yaml.problem(path, 'value', wrongValue(issue, value, path))];
}

function unknownKey(key: string, words: string[]): ProblemText {
  return { message: `unknown key ${key}`, expected: oneOf(words), nearest: nearestWord(key, words) };
}

function missingKey(path: KeyPath, expected: string | undefined): ProblemText {
  const place = path.slice(0, -1).map(String).join('.');
  return { message: `missing key ${String(path.at(-1))}${place && ` in ${place}`}`, expected };
}

function wrongValue(issue: z.core.$ZodIssue, value: unknown, path: KeyPath): ProblemText {
  const expected = expectation(issue);
  const key = path.findLast((it) => typeof it === 'string') ?? 'the file';
  if (value === null) return { message: `${key} is empty`, expected };
  const nearest = nearestValue(issue, value, expected);
  if (issue.code === 'custom' && typeof value === 'object') return { message: `wrong keys in ${path.map(String).join('.')}`, expected };
  return { message: `${key} cannot be ${show(value)}`, expected, nearest };
}

function nearestValue(issue: z.core.$ZodIssue, value: unknown, expected: string | undefined): string | undefined {
  if (typeof value === 'object') return undefined;
  if (expected?.startsWith('a duration')) return nearestDuration(value, { signed: expected.includes('-') });
  if (expected === 'a text') return JSON.stringify(String(value));
  return nearestWord(String(value), choices(issue));
}

/** What an issue asks for, as a phrase that follows "expected". */
function expectation(issue: z.core.$ZodIssue): string | undefined {
  if (issue.message.startsWith('expected ')) return issue.message.slice('expected '.length);
  switch (issue.code) {
    case 'invalid_type': return TYPE_WORDS[issue.expected] ?? issue.expected;
    case 'invalid_value':
    case 'invalid_union': return oneOf(choices(issue));
    case 'too_small': return sized('at least', issue.minimum, issue.origin);
    case 'too_big': return sized('at most', issue.maximum, issue.origin);
    default: return issue.message;
  }
}

/** The words that an issue would have accepted. */
function choices(issue: z.core.$ZodIssue): string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  if (issue.code === 'invalid_union' && 'options' in issue) return (issue.options as unknown[]).map(String);
  if (issue.code === 'invalid_union') return issue.errors.flat().flatMap(choices);
  return [];
}

const TYPE_WORDS: Record<string, string> = {
  string: 'a text', number: 'a number', int: 'a whole number', boolean: 'true or false',
  array: 'a list', object: 'keys and values', record: 'keys and values',
};

function sized(bound: string, limit: number | bigint, origin: string): string {
  if (origin === 'array') return `${bound} ${limit} ${limit === 1 ? 'item' : 'items'}`;
  return origin === 'string' ? `${bound} ${limit} letters` : `${bound} ${limit}`;
}

/** `a`, `a or b`, `a, b or c`. */
export function oneOf(words: readonly string[]): string | undefined {
  if (words.length === 0) return undefined;
  return [words.slice(0, -1).join(', '), words.at(-1)].filter(Boolean).join(' or ');
}

/** The value as it may stand in a sentence: short, and a list or a map only by its kind. */
export function show(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (value !== null && typeof value === 'object') return 'a group of keys';
  if (typeof value !== 'string') return String(value);
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}...` : value);
}

/** The description of a schema as a phrase: its first sentence without the capital and the full stop. */
function description(schema: z.core.$ZodType | undefined): string | undefined {
  const text = schema && z.globalRegistry.get(schema)?.description?.replace(/\.(\s.*)?$/s, '');
  return text && (/^[A-Z][a-z' ]/.test(text) ? text[0]!.toLowerCase() + text.slice(1) : text);
}
