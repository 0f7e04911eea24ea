import { FileSource } from './file-source.ts';
import { HttpSource } from './http-source.ts';
import type { Part } from './part.ts';
import type { RowSource } from './rows.ts';
import { SqliteSource, type GroupKeeper } from './sqlite-source.ts';

/** Where rows come from; variables are replaced, but `${cursor}` and `${env.NAME}`. */
export type SourceSpec =
  | { kind: 'http'; url: string; rows?: string; ca?: string; headers?: Record<string, string> }
  | { kind: 'sqlite'; file: string; query: string }
  | { kind: 'file'; file: string };

/** A source that has read nothing yet and shares no connection with another. */
export function openSource(spec: SourceSpec, part: Part, keeper?: GroupKeeper): RowSource {
  switch (spec.kind) {
    case 'http': return new HttpSource(spec, part);
    case 'sqlite': return new SqliteSource(spec, part, keeper);
    case 'file': return new FileSource(spec.file, part);
  }
}
