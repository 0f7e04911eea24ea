import path from 'node:path';
import { NodeClock } from '../../simulator/clock/node-clock.ts';
import type { Pipeline, PipelineNode } from '../../scenarios/schema/pipeline.ts';
import { expand } from '../../scenarios/schema/variables.ts';
import type { RunClock } from '../../simulator/run-clock.ts';
import type { NodeFolder } from './node-folders.ts';
import type { ProcessNodeSpec } from './process-node.ts';

/** Every node of a pipeline with all its variables replaced and its own folder in place. */
export function nodeSpecs(
  pipeline: Pipeline,
  { variables, folders, workFolder, logsFolder, clock }: { variables: Record<string, string>; folders: ReadonlyMap<string, NodeFolder>; workFolder: string; logsFolder: string; clock: RunClock },
): ProcessNodeSpec[] {
  return Object.entries(pipeline.nodes).map(([name, node]) => {
    const { inside: folder, disk, diskObstacle } = folders.get(name)!;
    const clockFolder = path.join(workFolder, `${name}.clock`);
    const fill = (text: string) => expand(text, { ...variables, folder });
    const nodeClock = isNodeProgram(node) ? new NodeClock(clockFolder, clock) : undefined;
    const own = Object.fromEntries(Object.entries(node.env).map(([key, value]) => [key, fill(value)]));
    const env = { ...surroundings(), ...own };
    const { http, tcp, log, within } = node.ready;
    const command = node.command.map((part, index) => (index === 0 && part === 'node' ? process.execPath : fill(part)));
    const cwd = path.resolve(variables.pipeline!, fill(node.cwd));
    return {
      name,
      command: disk?.enter(command, cwd) ?? command,
      cwd,
      env: { ...env, ...nodeClock?.envOver(env) },
      ready: { http: http && fill(http), tcp: tcp && fill(tcp), log, withinMs: within },
      logFile: path.join(logsFolder, `${name}.log`),
      clock: nodeClock,
      disk,
      diskObstacle,
    };
  });
}

function isNodeProgram(node: PipelineNode): boolean {
  return node.runtime ? node.runtime === 'node' : path.basename(node.command[0]!) === 'node';
}

/** The environment of the harness, with its Node.js first on the PATH and without what is meant for the harness alone. */
function surroundings(): Record<string, string> {
  const { NODE_OPTIONS: _ours, ...env } = process.env;
  return { ...(env as Record<string, string>), PATH: `${path.dirname(process.execPath)}${path.delimiter}${env.PATH ?? ''}` };
}
