import { isAlias, isMap, isNode, isPair, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
import type { Alias, Document, Node, Pair, YAMLMap } from 'yaml';
import { FileProblems, refuse, wholeFile } from './problem.ts';
import type { FileProblem } from './problem.ts';

export type KeyPath = readonly PropertyKey[];
export type ProblemText = Pick<FileProblem, 'message' | 'expected' | 'nearest'>;

/** A file that is YAML: its value, and where everything in it stands. */
export interface YamlFile {
  file: string;
  text: string;
  /** Plain data, anchors and merge keys resolved; undefined keys do not occur. */
  value: unknown;
  /**
   * A problem with what stands at `path`: at its key, at its value, or, given a `part` of a text, at that part.
   * What is not there is reported at the nearest thing around it.
   */
  problem(path: KeyPath, on: 'key' | 'value', text: ProblemText, part?: string): FileProblem;
}

/** Parses a YAML 1.2 text. Throws FileProblems for whatever is wrong with it as YAML; `file` is how problems name it. */
export function parseYaml(file: string, text: string): YamlFile {
  const lines = new LineCounter();
  const problemAt = (offset: number, problem: ProblemText): FileProblem => {
    const { line, col } = lines.linePos(offset);
    const start = lines.lineStarts[line - 1] ?? 0;
    return { file, line: Math.max(line, 1), column: Math.max(col, 1), ...problem, sourceLine: /^[^\r\n]*/.exec(text.slice(start))![0] };
  };
  const document = parseTree(file, text, lines);
  refuse(firstAtEachPlace(document).map((it) => problemAt(Math.min(it.pos[0], text.length), inPlainWords(it.code, it.message))));
  if (isEmpty(document.contents)) throw wholeFile(file, { message: 'the file is empty' });
  refuse(danglingAliases(document).map((it) => problemAt(it.range![0], { message: `the alias *${it.source} has no anchor &${it.source} before it` })));
  return {
    file,
    text,
    value: plainData(file, document),
    problem(path, on, problem, part) {
      const [start, end] = locate(document, path, on);
      const inner = part === undefined ? -1 : text.slice(start, end).indexOf(part);
      return problemAt(start + Math.max(inner, 0), problem);
    },
  };
}

function parseTree(file: string, text: string, lineCounter: LineCounter): Document.Parsed {
  try {
    return parseDocument(text, { lineCounter, prettyErrors: false, merge: true, stringKeys: true, logLevel: 'error' });
  } catch (error) {
    throw notReadable(file, error);
  }
}

function plainData(file: string, document: Document.Parsed): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw notReadable(file, error);
  }
}

/** The parser gives up with an exception on what is nested or aliased without end. */
function notReadable(file: string, error: unknown): FileProblems {
  const tooMany = error instanceof ReferenceError && error.message.includes('alias count');
  if (tooMany) return wholeFile(file, { message: 'too many aliases of aliases' });
  if (error instanceof RangeError) return wholeFile(file, { message: 'nested too deeply' });
  return wholeFile(file, { message: `not readable as YAML: ${error instanceof Error ? error.message : error}` });
}

/** One mistake often gives several errors in the same place; the first says it best. */
function firstAtEachPlace({ errors, warnings }: Document.Parsed) {
  const all = [...errors, ...warnings];
  return all.filter((it, index) => all.findIndex((other) => other.pos[0] === it.pos[0]) === index);
}

function inPlainWords(code: string, message: string): ProblemText {
  switch (code) {
    case 'TAB_AS_INDENT': return { message: 'a tab cannot indent', expected: 'spaces' };
    case 'DUPLICATE_KEY': return { message: 'this key is there twice' };
    case 'MULTIPLE_DOCS': return { message: 'a second document begins here', expected: 'one document per file' };
    default: return { message: message.includes('call stack') ? 'nested too deeply' : `not valid YAML: ${message}` };
  }
}

/** Aliases whose anchor comes later or never, or that stand inside of what they repeat. */
function danglingAliases(document: Document.Parsed): Alias.Parsed[] {
  const dangling: Alias.Parsed[] = [];
  visit(document, {
    Alias(_, alias, ancestors) {
      const target = alias.resolve(document);
      if (!target || ancestors.includes(target)) dangling.push(alias as Alias.Parsed);
    },
  });
  return dangling;
}

type Span = [start: number, end: number];

/** Walks down the path as far as the document goes. */
function locate(document: Document.Parsed, path: KeyPath, on: 'key' | 'value'): Span {
  let node: unknown = document.contents;
  let span: Span = spanOf(node) ?? [0, 0];
  for (const step of path) {
    const around = isAlias(node) ? node.resolve(document) : node;
    if (isMap(around)) {
      const pair = findPair(document, around, String(step));
      if (!pair) break;
      node = pair.value;
      const key = spanOf(pair.key) ?? span;
      span = on === 'key' || isEmpty(node) ? key : (spanOf(node) ?? key);
    } else if (isSeq(around)) {
      node = around.items[Number(step)];
      if (node === undefined) break;
      span = spanOf(node) ?? span;
    } else break;
  }
  return span;
}

/** The pair of a key in a map, or in what is merged into it. */
function findPair(document: Document, map: YAMLMap, key: string): Pair | undefined {
  const own = map.items.find((it) => isScalar(it.key) && String(it.key.value) === key);
  if (own) return own;
  for (const pair of map.items) {
    if (!isScalar(pair.key) || pair.key.source !== '<<') continue;
    for (const source of isSeq(pair.value) ? pair.value.items : [pair.value]) {
      const merged = isAlias(source) ? source.resolve(document) : source;
      const found = isMap(merged) ? findPair(document, merged, key) : undefined;
      if (found) return found;
    }
  }
  return undefined;
}

function spanOf(node: unknown): Span | undefined {
  if (isPair(node)) return spanOf(node.key);
  const range = isNode(node) ? (node as Node).range : undefined;
  return range ? [range[0], range[1]] : undefined;
}

/** Nothing is written there: no value, or only blank and comments. */
function isEmpty(node: unknown): boolean {
  return node == null || (isScalar(node) && node.value === null && !node.source);
}
