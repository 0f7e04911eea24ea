import { oneOf } from './check-shape.ts';
import { nearestWord } from './nearest.ts';
import { packageFolder } from './package-folder.ts';
import type { KeyPath, YamlFile } from './parse-yaml.ts';
import type { Pipeline } from './pipeline.ts';
import type { FileProblem } from './problem.ts';
import { environmentOf, variablesIn } from './variables.ts';

/** The variables, besides `package.NAME`, that the strings of a node may hold. A link can be used by the node that it is from. */
export function nodeVariables(pipeline: Pipeline, node: string): string[] {
  const links = Object.entries(pipeline.links).filter(([, link]) => link.from === node);
  return [...sharedVariables(pipeline), ...SERVERS, 'folder', ...links.flatMap(([name, link]) => linkVariables(pipeline, name, link.to))];
}

/** Servers of ours that run where a node is given their address: for names (DNS, UDP) and for the time (SNTP). */
const SERVERS = ['name-server.host', 'name-server.port', 'time-server.host', 'time-server.port'];

/** The variables in the strings of this node, or of every node. */
export function variablesOfNodes({ nodes }: Pipeline, node?: string): string[] {
  return textsOf(node === undefined ? nodes : nodes[node], []).flatMap(([, text]) => variablesIn(text));
}

/** Whether a node asks our time server, so that it can be lied to. */
export function asksForTime(pipeline: Pipeline): boolean {
  return variablesOfNodes(pipeline).some((name) => name.startsWith('time-server.'));
}

/** The variables that the strings of the outlet may hold; `folder.NAME` is the folder of that node. */
export function outletVariables(pipeline: Pipeline): string[] {
  return [...sharedVariables(pipeline), ...Object.keys(pipeline.nodes).map((node) => `folder.${node}`)];
}

function sharedVariables({ ports }: Pipeline): string[] {
  return [...Object.keys(ports).map((port) => `port.${port}`), 'pipeline', 'plant.period-ms', 'plant.machines'];
}

/** A link to the plant has one port per machine. */
function linkVariables({ plant }: Pipeline, name: string, to: string): string[] {
  const single = to !== 'plant' || plant.machines === 1;
  return [`link.${name}.host`, `link.${name}.name`, ...(single ? [`link.${name}.port`] : []), ...(to === 'plant' ? [`link.${name}.ports`] : [])];
}

/** A value of the right form for a variable, for checks of form. */
export function dummyOf(variable: string): string {
  if (/\.(host|name)$/.test(variable)) return '127.0.0.1';
  return /^(port|link|plant|env|name-server|time-server)\./.test(variable) || variable === 'cursor' ? '1024' : '/folder';
}

/** Every `${...}` that has no value where it stands. */
export function variableProblems(pipeline: Pipeline, yaml: YamlFile, folder: string): FileProblem[] {
  const inOutlet = outletVariables(pipeline);
  const everywhere = new Set([...inOutlet, 'cursor', ...Object.keys(pipeline.nodes).flatMap((node) => nodeVariables(pipeline, node))]);

  const check = (path: KeyPath, text: string, known: string[]): FileProblem[] =>
    variablesIn(text).filter((name) => !known.includes(name)).flatMap((name) => {
      const written = `\${${name}}`;
      if (name.startsWith('env.')) return environmentProblems(path, name, written, yaml);
      if (name.startsWith('package.')) {
        if (packageFolder(name.slice('package.'.length), folder)) return [];
        return [yaml.problem(path, 'value', { message: `the package of ${written} is not installed`, expected: 'it in a node_modules folder of the pipeline; run npm install' }, written)];
      }
      const nearest = nearestWord(name, known);
      return [yaml.problem(path, 'value', {
        message: everywhere.has(name) ? `${written} has no value here${name === 'cursor' ? ' without a key cursor beside it' : ''}` : `unknown variable ${written}`,
        expected: oneOf(known),
        nearest: nearest && `\${${nearest}}`,
      }, written)];
    });

  const nodes = Object.entries(pipeline.nodes).flatMap(([node, { ready, ...it }]) => {
    const { log: _pattern, ...addresses } = ready; // a pattern is taken as it is
    const texts = [...textsOf(it, ['nodes', node]), ...textsOf(addresses, ['nodes', node, 'ready'])];
    return texts.flatMap(([path, text]) => check(path, text, nodeVariables(pipeline, node)));
  });
  const { readings } = pipeline.outlet;
  const outlet = textsOf(pipeline.outlet, ['outlet']).flatMap(([path, text]) => {
    const mayPage = path[1] === 'readings' && readings.cursor !== undefined && ['url', 'query'].includes(String(path[2]));
    return check(path, text, mayPage ? ['cursor', ...inOutlet] : inOutlet);
  });
  return [...nodes, ...outlet];
}

/** The environment of Brownout itself has a place only in what Brownout asks over HTTP: a node gets its own from `env`. */
function environmentProblems(path: KeyPath, name: string, written: string, yaml: YamlFile): FileProblem[] {
  const [top, , key, inner] = path;
  const isAsked = top === 'outlet' ? key === 'url' || key === 'headers' : key === 'ready' && (inner === 'http' || inner === 'headers');
  if (isAsked && environmentOf(name) !== undefined) return [];
  return [yaml.problem(path, 'value', isAsked
    ? { message: `${written} names no environment variable`, expected: '${env.NAME} with a NAME of letters, digits and underscores' }
    : { message: `${written} has no value here`, expected: 'it in a url or in headers of the outlet, or beside ready.http' }, written)];
}

/** All texts inside of a value, with their paths. */
function textsOf(value: unknown, path: KeyPath): [KeyPath, string][] {
  if (typeof value === 'string') return [[path, value]];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) => textsOf(inner, [...path, key]));
}
