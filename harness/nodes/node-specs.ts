import path from 'node:path';
import { FaketimeClock, faketimeLibrary } from '../../simulator/clock/faketime-clock.ts';
import { NodeClock } from '../../simulator/clock/node-clock.ts';
import type { NameServer } from '../../simulator/names/name-server.ts';
import { resolvingThrough } from '../../simulator/names/node-names.ts';
import type { Pipeline, PipelineNode } from '../../scenarios/schema/pipeline.ts';
import type { PlannedFault } from '../../scenarios/schema/scenario.ts';
import { expand } from '../../scenarios/schema/variables.ts';
import type { RunClock } from '../../simulator/run-clock.ts';
import type { NodeFolder } from './node-folders.ts';
import type { RunMark } from '../../simulator/process-mark.ts';
import { surroundings } from './surroundings.ts';
import type { ProcessNodeSpec } from './process-node.ts';

/** Every node of a pipeline with all its variables replaced and its own folder in place. */
export function nodeSpecs(
  pipeline: Pipeline,
  { plan, variables, folders, workFolder, logsFolder, clock, mark, names }: { plan: readonly PlannedFault[]; variables: Record<string, string>; folders: ReadonlyMap<string, NodeFolder>; workFolder: string; logsFolder: string; clock: RunClock; mark: RunMark; names: NameServer | undefined },
): ProcessNodeSpec[] {
  return Object.entries(pipeline.nodes).map(([name, node]) => {
    const { inside: folder, disk, diskObstacle } = folders.get(name)!;
    const clockFolder = path.join(workFolder, `${name}.clock`);
    const fill = (text: string) => expand(text, { ...variables, folder });
    const isSkewed = plan.some(({ family, target, params }) => target === name && (family === 'clock' || 'clock' in params));
    const nodeClock = isNodeProgram(node) ? new NodeClock(clockFolder, clock) : isSkewed ? nativeClock(clockFolder, clock) : undefined;
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
      env: { ...env, ...nodeClock?.envOver(env) },
      mark: mark.of(name),
      ready: {
        http: http === undefined ? undefined : { url: fill(http), ca: ca && path.resolve(variables.pipeline!, fill(ca)), headers: filled(headers, fill) },
        tcp: tcp && fill(tcp),
        log,
        withinMs: within,
      },
      logFile: path.join(logsFolder, `${name}.log`),
      clock: nodeClock,
      disk,
      diskObstacle,
    };
  });
}

function filled(texts: Record<string, string> | undefined, fill: (text: string) => string): Record<string, string> | undefined {
  return texts && Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, fill(text)]));
}

/** Only for nodes whose clock is to be skewed, for libfaketime costs time and does not suit every program. */
function nativeClock(folder: string, clock: RunClock): FaketimeClock | undefined {
  const library = faketimeLibrary();
  return library === undefined ? undefined : new FaketimeClock(folder, clock, library);
}

export function isNodeProgram(node: PipelineNode): boolean {
  return node.runtime ? node.runtime === 'node' : path.basename(node.command[0]!) === 'node';
}
