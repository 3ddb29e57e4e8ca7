/** The evidence of the labelled cases, as other tests want it: real documents of every kind. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Evidence } from '../../src/core/look.ts';

export function evidenceOf(folder: 'visible' | 'own'): readonly Evidence[] {
  const path = join(import.meta.dirname, folder);
  return readdirSync(path)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => {
      const text = readFileSync(join(path, name), 'utf8');
      const { evidence } = JSON.parse(text) as { readonly evidence?: Evidence };
      return evidence ? [evidence] : [];
    });
}
