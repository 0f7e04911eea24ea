import { isAlias, isMap, isNode, isPair, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Document, Node, Pair, YAMLMap } from 'yaml';
import { FileProblems, refuse, wholeFile } from './problem.ts';
import type { FileProblem } from './problem.ts';
import { walkTree } from './yaml-tree.ts';
import type { TreeProblems } from './yaml-tree.ts';

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
  const lineFrom = lineReader(text);
  const problemAt = (offset: number, problem: ProblemText): FileProblem => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1), ...problem, sourceLine: lineFrom(lines.lineStarts[line - 1] ?? 0) };
  };
  const document = parseTree(file, text, lines);
  refuse(firstAtEachPlace(document).map((it) => problemAt(Math.min(it.pos[0], text.length), inPlainWords(it.code, it.message))));
  if (isEmpty(document.contents)) throw wholeFile(file, { message: 'the file is empty' });
  const { dangling, repeatedKeys, isTooLarge } = walked(file, document);
  refuse(repeatedKeys.map((it) => problemAt(it.range![0], { message: 'this key is there twice' })));
  refuse(dangling.map((it) => problemAt(it.range![0], { message: `the alias *${it.source} has no anchor &${it.source} before it` })));
  if (isTooLarge) throw wholeFile(file, { message: 'too many aliases of aliases' });
  const keys = new KeyIndex(document);
  return {
    file,
    text,
    value: plainData(file, document),
    problem(path, on, problem, part) {
      const [start, end] = locate(document, keys, path, on);
      const inner = part === undefined ? -1 : text.slice(start, end).indexOf(part);
      return problemAt(start + Math.max(inner, 0), problem);
    },
  };
}

function parseTree(file: string, text: string, lineCounter: LineCounter): Document.Parsed {
  try {
    return parseDocument(text, { lineCounter, prettyErrors: false, merge: true, stringKeys: true, uniqueKeys: false, logLevel: 'error' });
  } catch (error) {
    throw notReadable(file, error);
  }
}

function walked(file: string, document: Document.Parsed): TreeProblems {
  try {
    return walkTree(document);
  } catch (error) {
    throw notReadable(file, error);
  }
}

function plainData(file: string, document: Document.Parsed): unknown {
  try {
    return document.toJS({ maxAliasCount: -1 }); // they were counted
  } catch (error) {
    throw notReadable(file, error);
  }
}

/** The parser gives up with an exception on what is nested without end. */
function notReadable(file: string, error: unknown): FileProblems {
  if (error instanceof RangeError) return wholeFile(file, { message: 'nested too deeply' });
  return wholeFile(file, { message: `not readable as YAML: ${error instanceof Error ? error.message : error}` });
}

/** One mistake often gives several errors in the same place; the first says it best. */
function firstAtEachPlace({ errors, warnings }: Document.Parsed) {
  const places = new Set<number>();
  return [...errors, ...warnings].filter(({ pos: [place] }) => !places.has(place) && places.add(place));
}

/** The line that begins at an offset. Thousands of mistakes may stand in one long line: it is cut out once. */
function lineReader(text: string): (start: number) => string {
  let [lastStart, lastLine] = [-1, ''];
  return (start) => {
    if (start !== lastStart) [lastStart, lastLine] = [start, /^[^\r\n]*/.exec(text.slice(start))![0]];
    return lastLine;
  };
}

function inPlainWords(code: string, message: string): ProblemText {
  switch (code) {
    case 'TAB_AS_INDENT': return { message: 'a tab cannot indent', expected: 'spaces' };
    case 'MULTIPLE_DOCS': return { message: 'a second document begins here', expected: 'one document per file' };
    default: return { message: /call stack|stack overflow/i.test(message) ? 'nested too deeply' : `not valid YAML: ${message}` };
  }
}

type Span = [start: number, end: number];

/** Walks down the path as far as the document goes. */
function locate(document: Document.Parsed, keys: KeyIndex, path: KeyPath, on: 'key' | 'value'): Span {
  let node: unknown = document.contents;
  let span: Span = spanOf(node) ?? [0, 0];
  for (const step of path) {
    const around = isAlias(node) ? node.resolve(document) : node;
    if (isMap(around)) {
      const pair = keys.find(around, String(step));
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

/** Finds the pairs of maps by their keys; each map is looked through once. */
class KeyIndex {
  readonly #document: Document;
  readonly #pairs = new Map<YAMLMap, Map<string, Pair>>();

  constructor(document: Document) {
    this.#document = document;
  }

  /** The pair of a key in a map, or in what is merged into it. */
  find(map: YAMLMap, key: string): Pair | undefined {
    const own = this.#pairsOf(map);
    if (own.has(key)) return own.get(key);
    const merge = own.get('<<');
    if (!merge) return undefined;
    for (const source of isSeq(merge.value) ? merge.value.items : [merge.value]) {
      const merged = isAlias(source) ? source.resolve(this.#document) : source;
      const found = isMap(merged) ? this.find(merged, key) : undefined;
      if (found) return found;
    }
    return undefined;
  }

  #pairsOf(map: YAMLMap): Map<string, Pair> {
    let pairs = this.#pairs.get(map);
    if (!pairs) {
      pairs = new Map();
      for (const pair of map.items) if (isScalar(pair.key)) pairs.set(pair.key.source === '<<' ? '<<' : String(pair.key.value), pair);
      this.#pairs.set(map, pairs);
    }
    return pairs;
  }
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
