import { existsSync } from 'node:fs';
import { resolve as resolvePath } from 'node:path';
import { oneOf, show } from './check-shape.ts';
import { nearestWord } from './nearest.ts';
import type { KeyPath, ProblemText, YamlFile } from './parse-yaml.ts';
import type { Pipeline } from './pipeline.ts';
import { dummyOf, variableProblems } from './pipeline-variables.ts';
import type { FileProblem } from './problem.ts';
import type { SourceFile } from './read-yaml.ts';
import { formatDurationMs } from './values.ts';
import { replaceVariables, variablesIn } from './variables.ts';

/** What a pipeline's schema cannot see: whether the names in it fit together. */
export function pipelineProblems(pipeline: Pipeline, { yaml, folder }: Pick<SourceFile, 'yaml' | 'folder'>): FileProblem[] {
  const names = [...linkProblems(pipeline, yaml), ...orderProblems(pipeline, yaml), ...portProblems(pipeline, yaml), ...claimProblems(pipeline, yaml)];
  if (names.length > 0) return names; // a wrong name makes variables unknown that are right
  const variables = variableProblems(pipeline, yaml, folder);
  return variables.length > 0 ? variables : [...addressProblems(pipeline, yaml), ...authorityProblems(pipeline, yaml, folder)];
}

function linkProblems(pipeline: Pipeline, yaml: YamlFile): FileProblem[] {
  const links = Object.entries(pipeline.links);
  const problems = links.flatMap(([link, { from, to }]) => [
    ...unknownName(yaml, ['links', link, 'from'], from, Object.keys(pipeline.nodes), 'node'),
    ...destinationProblems(pipeline, yaml, link, to),
  ]);
  if (problems.length > 0 || links.some(([, { to }]) => to === 'plant')) return problems;
  return [yaml.problem(['links'], 'key', { message: 'no link leads to the plant', expected: 'at least one link with to: plant' })];
}

function destinationProblems({ nodes, ports, broker }: Pipeline, yaml: YamlFile, link: string, to: string): FileProblem[] {
  const path = ['links', link, 'to'];
  if (to === 'plant') return [];
  if (to === 'broker') return broker ? [] : [yaml.problem(path, 'value', { message: 'there is no broker', expected: 'a key broker at the top of the file' })];
  const destinations = [
    'plant',
    ...(broker ? ['broker'] : []),
    ...Object.keys(nodes).flatMap((node) => Object.keys(ports).map((port) => `${node}:${port}`)),
  ];
  const unknown = unknownName(yaml, path, to, destinations, 'destination');
  return unknown.length > 0 ? unknown : ownerProblems({ nodes, ports }, yaml, path, to);
}

/**
 * A node that listens on a port says so: by `${port.NAME}` somewhere in what it is started with, or by its number. A number
 * that no node names may stand in a file of the node's own.
 */
function ownerProblems({ nodes, ports }: Pick<Pipeline, 'nodes' | 'ports'>, yaml: YamlFile, path: KeyPath, to: string): FileProblem[] {
  const [node, port] = to.split(':') as [string, string];
  const number = ports[port]!;
  const lists = (name: string) => {
    const text = JSON.stringify(nodes[name]);
    return text.includes(`\${port.${port}}`) || (number !== 'auto' && new RegExp(`(?<!\\d)${number}(?!\\d)`).test(text));
  };
  const owners = Object.keys(nodes).filter(lists);
  if (owners.includes(node) || (owners.length === 0 && number !== 'auto')) return [];
  const expected = owners.length > 0 ? oneOf(owners.map((it) => `${it}:${port}`)) : `\${port.${port}} in the command or env of ${node}`;
  return [yaml.problem(path, 'value', { message: `${node} does not listen on the port ${port}: nothing that it is started with names it`, expected })];
}

/** `after` names other nodes and never leads back. */
function orderProblems({ nodes }: Pipeline, yaml: YamlFile): FileProblem[] {
  return Object.entries(nodes).flatMap(([node, { after }]) =>
    after.flatMap((earlier, index) => {
      const path = ['nodes', node, 'after', index];
      if (!Object.hasOwn(nodes, earlier)) return unknownName(yaml, path, earlier, Object.keys(nodes), 'node');
      if (!startsAfter(nodes, earlier, node)) return [];
      return [yaml.problem(path, 'value', { message: earlier === node ? `${node} cannot start after itself` : `${node} and ${earlier} wait for each other` })];
    }),
  );
}

/** Whether `node` is `other` or waits for it, over any number of nodes in between. */
function startsAfter(nodes: Pipeline['nodes'], node: string, other: string): boolean {
  const seen = new Set([node]);
  for (const it of seen) for (const earlier of (Object.hasOwn(nodes, it) && nodes[it]?.after) || []) seen.add(earlier);
  return seen.has(other);
}

function portProblems({ ports }: Pipeline, yaml: YamlFile): FileProblem[] {
  const entries = Object.entries(ports).filter(([, number]) => number !== 'auto');
  return entries.flatMap(([port, number], index) => {
    const first = entries.slice(0, index).find((it) => it[1] === number)?.[0];
    return first ? [yaml.problem(['ports', port], 'value', { message: `port ${number} is also that of ${first}`, expected: 'another number, or auto' })] : [];
  });
}

/** Pauses between two readings are no gaps. */
function claimProblems({ plant, claims }: Pipeline, yaml: YamlFile): FileProblem[] {
  if (claims['gap-after'] > plant.period) return [];
  const [period, gapAfter] = [formatDurationMs(plant.period), formatDurationMs(claims['gap-after'])];
  const message = `with a period of ${period}, every pause between two readings would be a gap by claims.gap-after (${gapAfter})`;
  return [yaml.problem(['claims', 'gap-after'], 'value', { message, expected: `a claim gap-after above the period, such as ${formatDurationMs(5 * plant.period)}` })];
}

/** Addresses and patterns have the right form once their variables are replaced. */
function addressProblems({ nodes, outlet }: Pipeline, yaml: YamlFile): FileProblem[] {
  const check = (path: KeyPath, text: string | undefined, fits: (text: string) => boolean, expected: string): FileProblem[] =>
    text === undefined || fits(text) ? [] : [yaml.problem(path, 'value', { message: `${String(path.at(-1))} cannot be ${show(text)}`, expected })];
  const url = (path: KeyPath, text: string | undefined) => check(path, text, (it) => isFromEnvironment(it) || isHttpUrl(filled(it)), 'a URL such as http://127.0.0.1:${port.NAME}/path');
  const source = (key: 'readings' | 'gaps') => {
    const it = outlet[key];
    if (it?.kind === 'http') return url(['outlet', key, 'url'], it.url);
    return it?.kind === 'sqlite' ? check(['outlet', key, 'query'], it.query, isSelect, 'a SELECT') : [];
  };
  return [
    ...Object.entries(nodes).flatMap(([node, { ready }]) => [
      ...url(['nodes', node, 'ready', 'http'], ready.http),
      ...check(['nodes', node, 'ready', 'tcp'], ready.tcp, (it) => isHostAndPort(filled(it)), 'HOST:PORT such as 127.0.0.1:${port.NAME}'),
      ...check(['nodes', node, 'ready', 'log'], ready.log, isPattern, 'a regular expression'),
    ]),
    ...source('readings'),
    ...source('gaps'),
    ...url(['outlet', 'health', 'url'], outlet.health?.url),
  ];
}

/** A key `ca` is beside a URL with https, and its file is there unless a run makes it. */
function authorityProblems({ nodes, outlet }: Pipeline, yaml: YamlFile, folder: string): FileProblem[] {
  const check = (path: KeyPath, url: string | undefined, ca: string | undefined): FileProblem[] => {
    if (ca === undefined || url === undefined) return [];
    if (url.startsWith('http:')) return [yaml.problem([...path, 'ca'], 'key', { message: 'ca is of no use without TLS', expected: 'a URL with https beside it' })];
    if (variablesIn(ca).some((name) => name !== 'pipeline')) return [];
    const file = resolvePath(folder, replaceVariables(ca, () => folder));
    return existsSync(file) ? [] : [yaml.problem([...path, 'ca'], 'value', { message: `there is no file ${show(ca)}`, expected: 'a file with certificates in PEM' })];
  };
  const { readings, gaps, health } = outlet;
  return [
    ...Object.entries(nodes).flatMap(([node, { ready }]) => check(['nodes', node, 'ready'], ready.http, ready.ca)),
    ...(readings.kind === 'http' ? check(['outlet', 'readings'], readings.url, readings.ca) : []),
    ...(gaps?.kind === 'http' ? check(['outlet', 'gaps'], gaps.url, gaps.ca) : []),
    ...check(['outlet', 'health'], health?.url, health?.ca),
  ];
}

const filled = (text: string): string => replaceVariables(text, dummyOf);
const isHttpUrl = (text: string): boolean => /^https?:\/\/[^/]/.test(text) && URL.canParse(text);
/** A whole URL may come from the environment; what it is, is known when it is asked. */
const isFromEnvironment = (text: string): boolean => text.startsWith('${env.');
const isHostAndPort = (text: string): boolean => /^(\[[0-9a-f:]+\]|[^\s:/[\]]+):\d{1,5}$/i.test(text) && URL.canParse(`http://${text}`);
const isSelect = (text: string): boolean => /^\s*(select|with)\b/i.test(text);
function isPattern(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}

/** The problem of a name that is not among the known ones, if it is not. */
export function unknownName(yaml: YamlFile, path: KeyPath, name: string, known: readonly string[], what: string): FileProblem[] {
  if (known.includes(name)) return [];
  const text: ProblemText = { message: `there is no ${what} ${show(name)}`, expected: oneOf(known), nearest: nearestWord(name, known) };
  return [yaml.problem(path, 'value', text)];
}
