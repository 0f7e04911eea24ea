import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { guaranteeReference } from './reference.ts';

/** `npm run generate`: writes the guarantee reference. */
writeFileSync(path.join(import.meta.dirname, '../../../docs/guarantees.md'), guaranteeReference());
