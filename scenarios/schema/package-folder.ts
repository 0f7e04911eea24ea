import { existsSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../simulator/package-root.ts';

/**
 * The folder of an installed npm package, for `${package.NAME}`: looked for in the `node_modules` folders above `from`,
 * then in those above Brownout itself, whose own dependencies a pipeline may use. Undefined if it is not installed.
 */
export function packageFolder(name: string, from: string): string | undefined {
  if (!/^(@[a-z0-9-~][a-z0-9-._~]*\/)?[a-z0-9-~][a-z0-9-._~]*$/.test(name)) return undefined;
  return installedAbove(name, from) ?? installedAbove(name, packageRoot());
}

function installedAbove(name: string, start: string): string | undefined {
  for (let folder = start; ; folder = path.dirname(folder)) {
    const found = path.join(folder, 'node_modules', name);
    if (existsSync(path.join(found, 'package.json'))) return found;
    if (path.dirname(folder) === folder) return undefined;
  }
}
