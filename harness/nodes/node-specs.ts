import path from 'node:path';
import type { NameServer } from '../../simulator/names/name-server.ts';
import { resolvingThrough } from '../../simulator/names/node-names.ts';
import type { Pipeline, PipelineNode } from '../../scenarios/schema/pipeline.ts';
import { expand } from '../../scenarios/schema/variables.ts';
import type { NodeClockOf } from './node-clocks.ts';
import type { NodeFolder } from './node-folders.ts';
import type { RunMark } from '../../simulator/process-mark.ts';
import { surroundings } from './surroundings.ts';
import type { ProcessNodeSpec } from './process-node.ts';

/** Every node of a pipeline with all its variables replaced and its own folder in place. */
export function nodeSpecs(
  pipeline: Pipeline,
  { variables, folders, clocks, logsFolder, mark, names }: { variables: Record<string, string>; folders: ReadonlyMap<string, NodeFolder>; clocks: ReadonlyMap<string, NodeClockOf>; logsFolder: string; mark: RunMark; names: NameServer | undefined },
): ProcessNodeSpec[] {
  return Object.entries(pipeline.nodes).map(([name, node]) => {
    const { inside: folder, disk, diskObstacle } = folders.get(name)!;
    const fill = (text: string) => expand(text, { ...variables, folder });
    const { clock, clockObstacle } = clocks.get(name) ?? {};
    const own = Object.fromEntries(Object.entries(node.env).map(([key, value]) => [key, fill(value)]));
    const bare = { ...surroundings([...pipeline.inherit, ...node.inherit], name), ...own };
    const env = { ...bare, ...(names && isNodeProgram(node) ? resolvingThrough(names, bare) : {}) };
    const { http, ca, headers, tcp, log, within } = node.ready;
    const command = node.command.map((part, index) => (index === 0 && part === 'node' ? process.execPath : fill(part)));
    const cwd = path.resolve(variables.pipeline!, fill(node.cwd));
    return {
      name,
      command: disk?.enter(command, cwd) ?? command,
      cwd,
      env: { ...env, ...clock?.envOver?.(env) },
      mark: mark.of(name),
      ready: {
        http: http === undefined ? undefined : { url: fill(http), ca: ca && path.resolve(variables.pipeline!, fill(ca)), headers: filled(headers, fill) },
        tcp: tcp && fill(tcp),
        log,
        withinMs: within,
      },
      logFile: path.join(logsFolder, `${name}.log`),
      clock,
      clockObstacle,
      disk,
      diskObstacle,
    };
  });
}

function filled(texts: Record<string, string> | undefined, fill: (text: string) => string): Record<string, string> | undefined {
  return texts && Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, fill(text)]));
}

export function isNodeProgram(node: PipelineNode): boolean {
  return node.runtime ? node.runtime === 'node' : path.basename(node.command[0]!) === 'node';
}
