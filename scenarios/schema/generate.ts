import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { faultReference } from './fault-reference.ts';
import { jsonSchemas } from './json-schemas.ts';

/** `npm run generate`: writes the JSON Schemas beside this file, and the reference of faults. */
for (const [name, text] of Object.entries(jsonSchemas())) writeFileSync(path.join(import.meta.dirname, name), text);
writeFileSync(path.join(import.meta.dirname, '../../docs/faults.md'), faultReference());
