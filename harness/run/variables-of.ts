import path from 'node:path';
import { packageFolder } from '../../scenarios/schema/package-folder.ts';
import { nameOf } from '../../simulator/names/name-server.ts';
import type { NodeFolder } from '../nodes/node-folders.ts';
import type { Pipeline } from '../../scenarios/schema/pipeline.ts';
import { environmentOf, variablesIn } from '../../scenarios/schema/variables.ts';
import { HarnessProblem } from '../problem.ts';
import type { Servers } from './servers.ts';

/** The values of all variables of a run but `${folder}`, which is each node's own; outlets say `${folder.NODE}`. */
export function variablesOf(
  pipeline: Pipeline,
  file: string,
  world: { ports: Readonly<Record<string, number>>; linkPorts: Readonly<Record<string, number[]>>; folders: ReadonlyMap<string, NodeFolder>; servers: Servers },
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
    variables[`link.${name}.name`] = nameOf(name);
    variables[`link.${name}.port`] = String(ports[0]);
    variables[`link.${name}.ports`] = ports.join(',');
  }
  for (const [name, server] of [['name-server', world.servers.names], ['time-server', world.servers.time]] as const) {
    if (server) Object.assign(variables, { [`${name}.host`]: server.host, [`${name}.port`]: String(server.port) });
  }
  for (const [node, { outside }] of world.folders) variables[`folder.${node}`] = outside;
  for (const name of variablesIn(JSON.stringify(pipeline))) {
    // Replaced only in what is sent, so that no token gets into a message or a record.
    if (environmentOf(name) !== undefined) variables[name] = `\${${name}}`;
    if (name.startsWith('package.')) variables[name] = installed(name.slice('package.'.length), file);
  }
  return variables;
}

function installed(name: string, file: string): string {
  const folder = packageFolder(name, file);
  if (!folder) throw new HarnessProblem(`package ${name} is not installed`, `Run npm install ${name} beside ${file}.`);
  return folder;
}
