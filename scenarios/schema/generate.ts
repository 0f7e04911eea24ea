import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { jsonSchemas } from './json-schemas.ts';

/** `npm run generate`: writes the JSON Schemas beside this file. */
for (const [name, text] of Object.entries(jsonSchemas())) writeFileSync(path.join(import.meta.dirname, name), text);
