import { createRequire } from 'node:module';
import path from 'node:path';
import { packageRoot } from '../../simulator/package-root.ts';
import type { Pipeline } from '../../scenarios/schema/pipeline.ts';
import { variablesIn } from '../../scenarios/schema/variables.ts';
import { HarnessProblem } from '../problem.ts';

/** The values of all variables of a run but `${folder}`, which is each node's own. */
export function variablesOf(
  pipeline: Pipeline,
  file: string,
  world: { ports: Readonly<Record<string, number>>; linkPorts: Readonly<Record<string, number[]>> },
): Record<string, string> {
  const variables: Record<string, string> = {
    pipeline: path.dirname(file),
    'plant.period-ms': String(pipeline.plant.period),
    'plant.machines': String(pipeline.plant.machines),
    cursor: '${cursor}',
  };
  for (const [name, port] of Object.entries(world.ports)) variables[`port.${name}`] = String(port);
  for (const [name, ports] of Object.entries(world.linkPorts)) {
    variables[`link.${name}.host`] = '127.0.0.1';
    variables[`link.${name}.port`] = String(ports[0]);
    variables[`link.${name}.ports`] = ports.join(',');
  }
  for (const name of variablesIn(JSON.stringify(pipeline))) {
    if (name.startsWith('package.')) variables[name] = packageFolder(name.slice('package.'.length), file);
  }
  return variables;
}

/** The folder of an npm package, as seen from the pipeline's file or else from Brownout itself. */
function packageFolder(name: string, file: string): string {
  for (const from of [file, path.join(packageRoot(), 'package.json')]) {
    try {
      return path.dirname(createRequire(from).resolve(`${name}/package.json`));
    } catch {
      // look in the next place
    }
  }
  throw new HarnessProblem(`package ${name} is not installed`, `Run npm install ${name} beside ${file}.`);
}
